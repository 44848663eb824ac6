/**
 * Trust: a `.wf` that git tracks, or that another user owns, comes from outside. Nothing in it runs until the person
 * has seen its commands and said yes, which is remembered by the hash of what it says.
 */
import type { StagePrompt } from '../core/plan.ts';
import { Problem } from '../ports/problem.ts';
import type { StateText } from '../ports/trust-file.ts';
import { hashOf } from '../protocol/plan.ts';
import { clip } from '../view/clean.ts';
import type { Client } from './client.ts';

/** Whom to ask. */
export interface TrustQuestion {
  readonly isTerminal: { readonly in: boolean; readonly err: boolean };
  err(text: string): void;
  ask(question: string): Promise<string>;
}

/** For surfaces that cannot show commands and ask about them, as the panel and the server: they refuse what is not trusted. */
export const nobody: TrustQuestion = {
  isTerminal: { in: false, err: false },
  err: () => undefined,
  ask: () => Promise.resolve(''),
};

export interface Trust {
  /** Why it is held to come from outside; null: it is the person's own. */
  readonly outside: string | null;
  readonly isTrusted: boolean;
  readonly hash: string;
  /** The hashes of its parts, each of which must be known. */
  readonly parts: readonly string[];
  /** What would run, a line each. */
  readonly commands: readonly string[];
  readonly files: readonly string[];
}

/**
 * Whether what `.wf` says may run, and the plan of a batch that is to go on, if one is named and comes from outside
 * itself. Executes nothing of it.
 */
export const lookAtTrust = async (client: Client, batchRunId: string | null = null): Promise<Trust> => {
  const outsideBatch = batchRunId === null ? null : await whyBatchOutside(client, batchRunId);
  const outside = (await whyOutside(client)) ?? outsideBatch;
  if (outside === null) return { outside, isTrusted: true, hash: '', parts: [], commands: [], files: [] };
  const file = await client.openTrustFile();
  const texts = await file.collect(client.store.directory, outsideBatch === null ? null : batchRunId);
  const parts = partsOf(texts);
  const known = await Promise.all(parts.map((part) => file.has(part)));
  return {
    outside,
    isTrusted: known.every(Boolean),
    hash: parts.length === 1 ? (parts[0] as string) : hashOf(parts),
    parts,
    commands: await listCommands(client, texts),
    files: texts.map((text) => text.file),
  };
};

/**
 * What a person says yes to, as hashes: what starts works, and the plan of the batch. Without a config, a plan and
 * commands that came with works only what ships with the program runs.
 */
const partsOf = (texts: readonly StateText[]): readonly string[] => {
  const hash = (some: readonly StateText[]): string => hashOf(some.map(({ file, text }) => [file, text]));
  const isOfBatch = ({ file }: StateText): boolean => file.startsWith('.wf/batches/');
  const starting = texts.filter((text) => !isOfBatch(text));
  const batches = texts.filter(isOfBatch);
  const isHarmless = starting.every(namesNoCommand);
  return [...(isHarmless ? [] : [hash(starting)]), ...batches.map((text) => hash([text]))];
};

/** Prompts that no config names make nothing run, nor does a schedule without commands of its own. */
const namesNoCommand = ({ file, text }: StateText): boolean =>
  isPrompt(file) || (file === '.wf/schedule.json' && Object.keys(parse(text).workflows ?? {}).length === 0);

const isPrompt = (file: string): boolean => file.startsWith('.wf/prompts/');

/** Remembers that the person has said yes to what `.wf` says now. */
export const grantTrust = async (client: Client, { parts }: Trust): Promise<void> => {
  const file = await client.openTrustFile();
  for (const part of parts) await file.add(part, client.root);
};

/**
 * Before anything runs: on a terminal shows the commands and asks; throws a Problem where nobody can say yes, says no, or
 * says yes to what was changed meanwhile. `batchRunId`: of the batch that is to go on.
 */
export const requireTrust = async (
  client: Client,
  cli: TrustQuestion,
  batchRunId: string | null = null,
): Promise<void> => {
  const trust = await lookAtTrust(client, batchRunId);
  if (trust.isTrusted) return;
  if (!cli.isTerminal.in || !cli.isTerminal.err) throw untrusted(client, trust);
  for (const line of describeTrust(trust)) cli.err(line);
  if (!(await isYes(cli, 'Let these commands run? [y/N] '))) throw untrusted(client, trust);
  if ((await lookAtTrust(client, batchRunId)).hash !== trust.hash) throw changed(client);
  await grantTrust(client, trust);
};

/** What a person is shown before saying yes. */
export const describeTrust = ({ outside, commands, files }: Trust): readonly string[] => [
  `.wf comes from outside: ${outside ?? ''}`,
  ...(commands.length === 0
    ? ['it names no commands']
    : ['it would run:', ...commands.map((command) => `  ${command}`)]),
  `read from ${files.join(', ')}`,
];

/** Anything but a clear yes is a no. */
export const isYes = async (cli: Pick<TrustQuestion, 'ask'>, question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await cli.ask(question)).trim());

const untrusted = ({ store }: Client, { outside }: Trust): Problem =>
  new Problem({
    what: `.wf comes from outside (${outside ?? ''}), and nobody has allowed its commands yet`,
    where: store.directory,
    hint: 'look at them and allow them: wf0-batch trust',
    code: 'refused',
  });

const changed = ({ store }: Client): Problem =>
  new Problem({
    what: '.wf was changed while the question was open',
    where: store.directory,
    hint: 'run the command again, and look at what it shows then',
    code: 'refused',
  });

const whyOutside = async (client: Client): Promise<string | null> => {
  const machine = await client.openMachine();
  const { kind, uid } = await machine.look(client.store.directory);
  if (kind === 'nothing') return null;
  if (uid !== machine.uid()) return `it belongs to the user ${uid}`;
  const plans = (await client.store.listPlans()).map((name) => `plans/${name}.json`);
  const foreign = await findForeign(client, ['config.json', 'schedule.json', 'plans', ...plans]);
  if (foreign !== null) return foreign;
  return (await client.repository?.tracks('.wf')) === true ? 'git tracks it' : null;
};

/** A batch that this person started here is not asked about: consent to what it runs was given then. */
const whyBatchOutside = async (client: Client, batchRunId: string): Promise<string | null> => {
  const folder = `batches/${batchRunId}`;
  const foreign = await findForeign(client, ['batches', folder, `${folder}/plan.json`, `${folder}/journal.jsonl`]);
  if (foreign !== null) return foreign;
  return (await client.repository?.tracks(`.wf/${folder}`)) === true ? 'git tracks its batch' : null;
};

/** The first of some files below `.wf` that another user owns, in words. */
const findForeign = async (client: Client, names: readonly string[]): Promise<string | null> => {
  const machine = await client.openMachine();
  for (const name of names) {
    const { kind, uid } = await machine.look(`${client.store.directory}/${name}`);
    if (kind !== 'nothing' && uid !== machine.uid()) return `its ${name} belongs to the user ${uid}`;
  }
  return null;
};

interface NamedStage {
  readonly name?: unknown;
  readonly run?: unknown;
  readonly agent?: unknown;
  /** A file in a config; the file with its text in a plan. */
  readonly prompt?: unknown;
  readonly env?: object;
}

interface NamedCommands {
  readonly workflows?: Readonly<Record<string, { readonly stages?: readonly NamedStage[] } | null>> | null;
  readonly agents?: Readonly<Record<string, { readonly command?: unknown; readonly flags?: unknown }>>;
  readonly worktree?: { readonly setup?: unknown };
  readonly notify?: { readonly command?: unknown };
  readonly github?: { readonly base_url?: unknown };
  readonly jira?: { readonly base_url?: unknown };
  readonly env?: object;
}

/** Of the config as it is written, and of saved plans. A config that is none is refused when it is read. */
const listCommands = async (client: Client, texts: readonly StateText[]): Promise<readonly string[]> => {
  if (texts.some(({ file }) => file === '.wf/config.json')) await client.readConfig();
  return texts.flatMap(({ file, text }) => {
    if (isPrompt(file)) return [];
    const from = file === '.wf/config.json' ? '' : `${file}: `;
    const { workflows, agents = {}, worktree, notify, env, github, jira } = parse(text);
    return [
      ...Object.entries(workflows ?? {}).flatMap(([name, workflow]) =>
        (workflow?.stages ?? []).map(
          (stage) => `${from}${clip(name, 80)}/${word(stage.name)}: ${whatRuns(stage)}${variables(stage.env)}`,
        ),
      ),
      ...Object.entries(agents).map(
        ([name, agent]) => `${from}agent ${clip(name, 80)}: ${word(agent.command)} ${word(agent.flags ?? [])}`,
      ),
      ...(worktree?.setup === undefined || worktree.setup === null
        ? []
        : [`${from}worktree.setup: ${word(worktree.setup)}`]),
      ...(notify?.command === undefined || notify.command === null
        ? []
        : [`${from}notify.command: ${word(notify.command)}`]),
      ...senders(from, { github, jira }),
      ...(env === undefined ? [] : [`${from}with these variables: ${Object.keys(env).join(', ')}`]),
    ];
  });
};

/** A command, an agent with the file of its prompt, or (in a plan) both. */
const whatRuns = ({ run, agent, prompt }: NamedStage): string => {
  if (prompt === undefined) return word(run);
  const file = typeof prompt === 'string' ? prompt : (prompt as Partial<StagePrompt> | null)?.file;
  return `${run === undefined ? `agent ${word(agent)}` : word(run)} is told what .wf/${word(file)} says`;
};

/** Addresses that would get the person's tokens. */
const senders = (from: string, { github, jira }: Pick<NamedCommands, 'github' | 'jira'>): readonly string[] =>
  Object.entries({ GitHub: github?.base_url, Jira: jira?.base_url }).flatMap(([name, address]) =>
    address === undefined || address === null ? [] : [`${from}your token for ${name} goes to: ${word(address)}`],
  );

/** A plan that is no JSON runs nothing: it is refused when it is read. */
const parse = (text: string): NamedCommands => {
  try {
    return (JSON.parse(text.replace(/^\uFEFF/, '')) ?? {}) as NamedCommands;
  } catch {
    return {};
  }
};

/** Names of variables, never values. */
const variables = (env: object | undefined): string =>
  env === undefined ? '' : ` (sets ${Object.keys(env).join(', ')})`;

/** Whole, however long: what is cut off could be what matters. */
const word = (value: unknown): string =>
  clip(typeof value === 'string' ? value : Array.isArray(value) ? value.map(String).join(' ') : String(value), 100_000);
