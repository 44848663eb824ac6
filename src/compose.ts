/** The only file that knows which adapters are real. */
import { randomUUID } from 'node:crypto';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAttemptFiles } from './adapters/attempt-files/attempt-files.ts';
import { forgetUntaken, handOver, type HandedEnvironment } from './adapters/environment-file/environment-file.ts';
import { ensureFolder, isRealFolder, readText } from './adapters/file-store/files.ts';
import { makeLock, withLock } from './adapters/file-store/lock.ts';
import { makeFileStore } from './adapters/file-store/store.ts';
import { findRoot, type FoundRoot } from './adapters/place/find-root.ts';
import { makeProcessEngine } from './adapters/process/process-engine.ts';
import { makeClock } from './adapters/system/clock.ts';
import { makeLog } from './adapters/system/log.ts';
import { makeProcesses } from './adapters/system/processes.ts';
import { makeRememberedEngine } from './adapters/tmux/remembered-engine.ts';
import type { Client } from './client/client.ts';
import { changesOf } from './core/change.ts';
import { evolve } from './core/evolve.ts';
import { fromSnapshot, toSnapshot } from './core/snapshot.ts';
import { startState, type BatchState } from './core/state.ts';
import type { Clock } from './ports/clock.ts';
import type { Engine } from './ports/engine.ts';
import type { Repository } from './ports/git.ts';
import type { Log } from './ports/log.ts';
import type { Launcher } from './ports/launcher.ts';
import { Problem } from './ports/problem.ts';
import type { Processes } from './ports/processes.ts';
import type { SourcesRequest } from './ports/sources.ts';
import type { Journal, StateModel, Store } from './ports/store.ts';
import type { Terminals } from './ports/terminal.ts';
import type { Config } from './protocol/config.ts';
import { parseEvent } from './protocol/event.ts';
import { parseJson } from './protocol/json.ts';
import { isObject } from './protocol/shape.ts';
import { parsePlan } from './protocol/plan.ts';
import { parseSchedule } from './protocol/schedule.ts';
import type { Surroundings } from './sources/surroundings.ts';

export const model: StateModel<BatchState> = {
  start: startState,
  evolve,
  annotate: changesOf,
  toSnapshot,
  fromSnapshot,
};

/** What every process of the program has. */
export interface Ground {
  readonly root: string;
  readonly store: Store<BatchState>;
  readonly repository: Repository | null;
  readonly processes: Processes;
  readonly clock: Clock;
}

/** Outside a repository: the nearest folder above that has a `.wf`, else the folder itself. */
const findStateFolder = (cwd: string): string => {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (isRealFolder(join(folder, '.wf'))) return folder;
    if (dirname(folder) === folder) return cwd;
  }
};

/** The ground of a folder. `root` null: the repository's, else the nearest folder above with a `.wf`, else the folder itself. */
export const composeGround = async (options: {
  readonly cwd: string;
  readonly root: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<Ground> => {
  const processes = makeProcesses();
  const clock = makeClock();
  const env = definedOf(options.env);
  const lockIn = (name: string) => {
    return <T>(body: () => Promise<T>): Promise<T> =>
      withLock(makeLock({ folder: join(locks(), name), processes }), body);
  };
  let root = '';
  const locks = (): string => join(root, '.wf', 'locks');
  const open = async (): Promise<Repository | null> => {
    const { openRepository } = await import('./adapters/git/repository.ts');
    return openRepository({
      from: options.root ?? options.cwd,
      env,
      lock: lockIn('repository'),
      fetchLock: lockIn('fetch'),
    });
  };
  const repository =
    options.root === null ? await findRepository(findRoot(options.cwd, options.env), open) : await open();
  root = options.root ?? repository?.root ?? findStateFolder(options.cwd);
  const store = makeFileStore({ root, processes, clock, parseEvent, parsePlan, parseSchedule, model });
  return { root, store, repository, processes, clock };
};

const findRepository = async (found: FoundRoot, open: () => Promise<Repository | null>): Promise<Repository | null> => {
  if (found.kind === 'ask-git') return open();
  return found.kind === 'none' ? null : openLater(found.root, open);
};

/** A repository that is known to be there; git is loaded and asked when the first question comes. */
const openLater = (root: string, open: () => Promise<Repository | null>): Repository => {
  let opening: Promise<Repository> | null = null;
  const opened = (): Promise<Repository> =>
    (opening ??= open().then((repository) => {
      if (repository?.root === root) return repository;
      throw new Problem({
        what: `git sees another repository here: ${repository?.root ?? 'none'}`,
        where: root,
        hint: 'run `git status` there',
        code: 'environment',
      });
    }));
  const target = {
    root,
    forAttempt: (token: string) => openLater(root, async () => (await opened()).forAttempt(token)),
  };
  return new Proxy(target as unknown as Repository, {
    get: (own, name) => {
      if (name === 'then' || typeof name === 'symbol' || name in own) return Reflect.get(own, name) as unknown;
      return async (...args: readonly unknown[]) => {
        const repository = (await opened()) as unknown as Readonly<
          Record<string, (...given: readonly unknown[]) => unknown>
        >;
        return repository[name]?.(...args);
      };
    },
  });
};

const definedOf = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** The surfaces' client. */
export const composeClient = async (options: {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  say(line: string): void;
}): Promise<Client> => {
  const ground = await composeGround({ ...options, root: null });
  const { root, repository, processes } = ground;
  return {
    ...ground,
    cwd: options.cwd,
    env: options.env,
    terminals: terminalsLater(() =>
      makeTerminalsFor(processes, makeLog({ clock: ground.clock, stream: process.stderr })),
    ),
    cores: availableParallelism(),
    readConfig: () => readConfig(root),
    hasOwnConfig: () => Promise.resolve(readText(join(root, '.wf', 'config.json')) !== null),
    readShippedConfig: () => readConfig(null),
    readShipped: async (kind) => {
      const { readPackageFiles } = await import('./adapters/package-files/package-files.ts');
      return readPackageFiles(join(dirname(fileURLToPath(import.meta.url)), kind));
    },
    makeEngine: (kind, journal) => makeEngine(kind, { root, journal, processes, env: options.env }),
    makeLauncher: (journal, engine, config) => makeClientLauncher({ root, journal, engine, config, env: options.env }),
    makeFiles: makeAttemptFiles,
    prepareFolder: () => prepareFolder(join(root, '.wf'), repository),
    peekSchedule: async () => peekSchedule(join(root, '.wf', 'schedule.json')),
    readSources: async (request) => {
      const { readSources } = await import('./sources/read-sources.ts');
      const isFields = request.sources.every(
        ({ type }) => type === 'manifest' || type === 'catalog' || type === 'local',
      );
      const config = isFields ? null : await readConfig(root);
      return readSources(request, {
        cwd: options.cwd,
        root,
        patterns: config?.batch.dependency_patterns ?? [],
        openNetwork: async () => composeNetwork(ground, config ?? (await readConfig(root)), { ...options, request }),
      });
    },
    openLogFiles: async (directory) => (await import('./adapters/log-files/log-files.ts')).makeLogFiles(directory),
    openTrustFile: async () => {
      const { makeTrustFile } = await import('./adapters/trust-file/trust-file.ts');
      const configHome = options.env['XDG_CONFIG_HOME'] ?? '';
      return makeTrustFile({
        configHome: configHome === '' ? null : configHome,
        home: homedir(),
        now: () => new Date().toISOString(),
      });
    },
    openBundler: async (directory) => (await import('./adapters/bundle/bundle.ts')).makeBundler(directory),
    openMachine: async () => (await import('./adapters/machine/machine.ts')).makeMachine(),
    say: options.say,
    makeNonce,
  };
};

const prepareFolder = async (stateFolder: string, repository: Repository | null): Promise<void> => {
  // The repository's lock lies in it.
  ensureFolder(stateFolder, 0o755);
  await repository?.exclude(['.wf', '.worktrees']);
};

/** What sources on a network need. */
const composeNetwork = async (
  { root, repository, clock }: Ground,
  config: Config,
  { env, say, request }: { readonly env: NodeJS.ProcessEnv; say(line: string): void; readonly request: SourcesRequest },
): Promise<Surroundings> => {
  const { makeAnswerCache } = await import('./adapters/answer-cache/answer-cache.ts');
  const stateFolder = join(root, '.wf');
  return {
    env,
    config,
    isConfigTrusted: request.isConfigTrusted === true,
    remoteUrl: async () => (await repository?.remoteUrl(config.push.remote)) ?? null,
    cache: (kind) => makeAnswerCache({ stateFolder, kind, prepare: () => prepareFolder(stateFolder, repository) }),
    say: (line) => say(`note: ${line}`),
    now: () => clock.now(),
    secondMs: 1000,
  };
};

/** Most commands make no terminal. */
const terminalsLater = (make: () => Promise<Terminals>): Terminals => ({
  problem: async () => (await make()).problem(),
  run: async (run) => (await make()).run(run),
});

export const makeNonce = (): string => randomUUID().replaceAll('-', '').slice(0, 12);

/** The module of pseudo-terminals is loaded when a terminal is made. */
export const makeTerminalsFor = async (processes: Processes, log: Log): Promise<Terminals> => {
  const { makeTerminals } = await import('./adapters/pty/terminals.ts');
  return makeTerminals({ processes, log });
};

/** For `status`: checking 10,000 works would take longer than all else that it does. */
const peekSchedule = (file: string): Awaited<ReturnType<Client['peekSchedule']>> => {
  const text = readText(file);
  if (text === null) return null;
  const { works, created_at } = (parseJson(text, file) ?? {}) as {
    readonly works?: unknown;
    readonly created_at?: unknown;
  };
  const count = Array.isArray(works) ? works.length : Object.keys(isObject(works) ? works : {}).length;
  return { works: count, created_at: typeof created_at === 'string' ? created_at : '' };
};

/** The folder of the package: where config.json lies. */
const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** `root`: the folder whose own config lies over the shipped one; null for none. */
const readConfig = async (root: string | null): Promise<Config> => {
  const { parseConfig } = await import('./protocol/config.ts');
  const shipped = join(packageFolder, 'config.json');
  const own = root === null ? null : join(root, '.wf', 'config.json');
  const text = own === null ? null : readText(own);
  return parseConfig(
    { text: readText(shipped) ?? '{}', file: shipped },
    own === null || text === null ? null : { text, file: own },
  );
};

interface EngineOptions {
  readonly root: string;
  readonly journal: Pick<Journal<BatchState>, 'batchRunId' | 'directory'>;
  readonly processes: Processes;
  readonly env: NodeJS.ProcessEnv;
}

export const makeEngine = (kind: 'tmux' | 'process', { root, journal, processes, env }: EngineOptions): Engine => {
  const { batchRunId, directory } = journal;
  if (kind === 'process') return makeProcessEngine({ repository: root, batchRunId, directory, processes, env });
  return makeRememberedEngine(directory, { repository: root, batchRunId, env });
};

/** Where this program's own processes begin. */
const entry = (name: string): string => join(dirname(fileURLToPath(import.meta.url)), 'bin', name);

interface ClientLauncher {
  readonly root: string;
  readonly journal: Journal<BatchState>;
  readonly engine: Engine;
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
}

/** The variable whose value signs what goes to `notify.webhook`. Like all of our own it reaches no stage. */
const webhookSecret = 'WF_BATCH_WEBHOOK_SECRET';

const makeClientLauncher = ({ root, journal, engine, config, env }: ClientLauncher): Launcher => {
  const captured = async (): Promise<HandedEnvironment> => {
    const [{ captureEnvironment }, { environmentOf }] = await Promise.all([
      import('./protocol/environment.ts'),
      import('./protocol/settings.ts'),
    ]);
    const configured = environmentOf(config);
    const secret = env[webhookSecret] ?? '';
    return {
      all: { ...captureEnvironment(env), ...configured.all },
      stages: configured.stages,
      notify: { ...config.notify, secret: secret === '' ? null : secret },
    };
  };
  const forWorkers = async (): Promise<HandedEnvironment> => ({ ...(await captured()), notify: undefined });
  return {
    startScheduler: async () =>
      startRole({ root, journal, engine }, 'scheduler', ['wf0-supervisor.js', await captured()]),
    startWorker: async (worker, incarnation) =>
      startRole({ root, journal, engine }, worker, ['wf0-worker.js', await forWorkers(), worker, incarnation]),
    forgetUntaken: () => forgetUntaken(journal.directory),
  };
};

/** The scheduler's launcher: workers get the environment that it was handed itself. */
export const makeDaemonLauncher = (
  place: Pick<ClientLauncher, 'root' | 'journal' | 'engine'>,
  environment: HandedEnvironment,
): Launcher => ({
  startScheduler: () => startRole(place, 'scheduler', ['wf0-supervisor.js', environment]),
  startWorker: (worker, incarnation) =>
    startRole(place, worker, ['wf0-worker.js', { ...environment, notify: undefined }, worker, incarnation]),
  forgetUntaken: () => forgetUntaken(place.journal.directory),
});

const startRole = (
  { root, journal, engine }: Pick<ClientLauncher, 'root' | 'journal' | 'engine'>,
  role: string,
  [program, environment, ...rest]: readonly [string, HandedEnvironment, ...string[]],
): ReturnType<Engine['start']> =>
  engine.start({
    role,
    argv: [
      process.execPath,
      entry(program),
      root,
      journal.batchRunId,
      handOver(journal.directory, environment),
      ...rest,
    ],
    cwd: root,
    logFile: join(journal.directory, 'logs', `${role}.log`),
  });
