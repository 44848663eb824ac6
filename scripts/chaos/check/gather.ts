/** Looks at what a run left: git through git, the journal as text, processes through /proc. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Draft, Evidence, JournalLine, OrderedWork, StageStart, Tree } from './evidence.ts';

const execute = promisify(execFile);

/** Where to look, and what a run knows that cannot be seen afterwards. */
export interface Place {
  readonly works: readonly OrderedWork[];
  readonly parallel: number;
  readonly isSettled: boolean;
  readonly project: string;
  readonly remote: string;
  /** Where the stages noted what they did. */
  readonly notes: string;
  readonly env: Readonly<Record<string, string>>;
  readonly overwritten: readonly string[];
  /** Processes and sessions that are still there, a line each. */
  readonly running: readonly string[];
  readonly bystander: { readonly worktree: string; readonly file: string; readonly text: string };
  /** False: a bystander's session that nobody but us may have ended is gone. */
  readonly isSessionThere: boolean;
}

export const gather = async (place: Place): Promise<Evidence> => {
  const { works, parallel, isSettled, overwritten } = place;
  const journal = readJournal(place);
  const pins = await refsBelow(place, place.project, 'refs/wf/delivered/');
  return {
    works,
    parallel,
    isSettled,
    overwritten,
    journal: journal.lines,
    damage: journal.damage,
    remoteHeads: await refsBelow(place, place.remote, 'refs/heads/'),
    pins,
    trees: await treesOf(place, pins),
    starts: readLedger(place, 'start').map(toStart),
    drafts: await findDrafts(place),
    leftovers: await findLeftovers(place),
    trespasses: await findTrespasses(place),
  };
};

const git = async ({ env }: Place, cwd: string, ...args: readonly string[]): Promise<string> =>
  (await execute('git', [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 })).stdout;

/** What git says, or that it cannot: a broken repository is a finding, not the end of all runs. */
const ask = (place: Place, cwd: string, ...args: readonly string[]): Promise<string> =>
  git(place, cwd, ...args).catch(
    (error: Error) => `git cannot read it: ${error.message.trim().split('\n').at(-1) ?? ''}`,
  );

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

const batchFolders = ({ project }: Place): readonly string[] =>
  namesIn(join(project, '.wf/batches'))
    .filter((name) => existsSync(join(project, '.wf/batches', name, 'journal.jsonl')))
    .map((name) => join(project, '.wf/batches', name));

const readJournal = (place: Place): { readonly lines: readonly JournalLine[]; readonly damage: readonly string[] } => {
  const damage: string[] = [];
  const lines = batchFolders(place).flatMap((folder) => {
    damage.push(...namesIn(folder).filter((name) => name.startsWith('journal.corrupt')));
    return linesOf(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).flatMap((text) => {
      try {
        return [JSON.parse(text) as JournalLine];
      } catch {
        damage.push(`no line of a journal: ${text.slice(0, 80)}`);
        return [];
      }
    });
  });
  return { lines, damage };
};

const refsBelow = async (place: Place, repository: string, prefix: string): Promise<ReadonlyMap<string, string>> => {
  const text = await git(place, repository, 'for-each-ref', '--format=%(refname) %(objectname)', prefix);
  return new Map(
    linesOf(text).map((line) => {
      const [ref = '', commit = ''] = line.split(' ');
      return [ref.slice(prefix.length), commit];
    }),
  );
};

const treesOf = async (place: Place, pins: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, Tree>> =>
  new Map(await Promise.all([...pins].map(async ([id, commit]) => [id, await treeOf(place, commit)] as const)));

const treeOf = async (place: Place, commit: string): Promise<Tree> => {
  const text = await git(place, place.project, 'ls-tree', '-r', '--format=%(path) %(objectname)', commit);
  return new Map(linesOf(text).map((line) => line.split(' ') as [string, string]));
};

/** Words of each note of a kind, the kind left out. */
const readLedger = ({ notes }: Place, kind: string): readonly (readonly string[])[] => {
  const file = join(notes, 'ledger');
  const lines = existsSync(file) ? linesOf(readFileSync(file, 'utf8')) : [];
  return lines.map((line) => line.split(' ')).flatMap(([first, ...words]) => (first === kind ? [words] : []));
};

const toStart = ([work = '', stage = '', attempt, others, same]: readonly string[]): StageStart => ({
  work,
  stage,
  attempt: Number(attempt),
  others: Number(others),
  same: Number(same),
});

const findDrafts = async (place: Place): Promise<readonly Draft[]> => {
  const noted = readLedger(place, 'draft').map(([work = '', name = '']) => ({ work, name }));
  if (noted.length === 0) return [];
  const saved = await savedFiles(place);
  return noted.map(({ work, name }) => {
    const inWorktree = join(place.project, '.worktrees', work, name);
    const ref = saved.get(name) ?? null;
    return { work, name, foundIn: existsSync(inWorktree) ? inWorktree : ref };
  });
};

/** File names under the saved refs, each with one that holds it. */
const savedFiles = async (place: Place): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>();
  for (const [name, commit] of await refsBelow(place, place.project, 'refs/wf/saved/'))
    for (const path of (await treeOf(place, commit)).keys()) files.set(path, name);
  return files;
};

const findLeftovers = async (place: Place): Promise<readonly string[]> => [
  ...place.running.map((line) => `left running: ${line}`),
  ...locksOf(place).map((name) => `a lock is still held: ${name}`),
  ...gitLeftovers(place).map((name) => `left in .git: ${name}`),
  ...batchFolders(place)
    .flatMap(namesIn)
    .filter((name) => /^env-/.test(name))
    .map((name) => `left in the batch's folder: ${name}`),
  ...(await worktreesOf(place)),
];

const locksOf = ({ project }: Place): readonly string[] => {
  const locks = join(project, '.wf/locks');
  return namesIn(locks).filter((name) => !name.includes('.new-') && namesIn(join(locks, name)).length > 0);
};

const gitLeftovers = ({ project }: Place): readonly string[] =>
  readdirSync(join(project, '.git'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.lock$|wf0-save-/.test(basename(name)),
  );

/** Worktrees with something uncommitted in them stay; the others go with their works. */
const worktreesOf = async (place: Place): Promise<readonly string[]> => {
  const { project } = place;
  const kept = await Promise.all(
    namesIn(join(project, '.worktrees')).map(async (name) => {
      const folder = join(project, '.worktrees', name);
      const status = existsSync(join(folder, '.git')) ? await ask(place, folder, 'status', '--porcelain') : '';
      return status === '' ? [`a worktree is left: ${name}`] : [];
    }),
  );
  const listed = linesOf(await git(place, project, 'worktree', 'list', '--porcelain'))
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length));
  const gone = listed.filter((path) => !existsSync(path)).map((path) => `git lists a worktree that is gone: ${path}`);
  return [...kept.flat(), ...gone];
};

const findTrespasses = async (place: Place): Promise<readonly string[]> => {
  const { project, bystander } = place;
  const file = join(bystander.worktree, bystander.file);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : null;
  const [status, branch, ahead] = await Promise.all([
    ask(place, project, 'status', '--porcelain'),
    ask(place, project, 'symbolic-ref', '--short', 'HEAD'),
    ask(place, project, 'rev-list', '--count', 'main'),
  ]);
  return [
    ...(text === bystander.text ? [] : ["a bystander's uncommitted file was touched"]),
    ...(place.isSessionThere ? [] : ["a bystander's session was ended"]),
    ...(status === '' ? [] : [`the person's checkout was changed: ${status.split('\n')[0]}`]),
    ...(branch.trim() === 'main' ? [] : [`the person's checkout is on ${branch.trim()}`]),
    ...(ahead.trim() === '1' ? [] : ["the person's main has other commits"]),
  ];
};
