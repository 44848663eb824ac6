/**
 * `clean`: removes what finished works left behind. It touches worktrees that a journal names and git lists, clean
 * ones whose commit is delivered or on the remote, and, if asked, refs of saved changes. Everything of an unfinished
 * batch stays, and everything else is said with the reason why it stays.
 */
import type { BatchState, WorkRecord } from '../core/state.ts';
import type { WorkId } from '../core/work.ts';
import type { Repository } from '../ports/git.ts';
import { Problem } from '../ports/problem.ts';
import { isUnfinished } from './batch.ts';
import { isInsideRepository, worktreeMarker } from '../protocol/worktree-marker.ts';
import type { Client } from './client.ts';

export interface Leftover {
  readonly id: WorkId;
  readonly path: string;
  readonly bytes: number;
  /** Ignored files and folders that would go with it. */
  readonly ignored: number;
  /** What must be its head to be removed; null: it stays. */
  readonly commit: string | null;
  /** Why it stays; empty if it can go. */
  readonly why: string;
}

export interface Leftovers {
  readonly worktrees: readonly Leftover[];
  /** Refs of saved changes of batches that have ended. */
  readonly saved: readonly { readonly ref: string; readonly commit: string }[];
}

export const findLeftovers = async (client: Client): Promise<Leftovers> => {
  const { repository } = client;
  if (repository === null)
    throw new Problem({
      what: 'not in a git repository: nothing to clean',
      where: client.root,
      hint: 'go to the repository',
      code: 'refused',
    });
  if ((await client.store.listBatches()).length === 0) return { worktrees: [], saved: [] };
  const known = await readPlaces(client);
  const machine = await client.openMachine();
  const worktrees: Leftover[] = [];
  for (const listed of await repository.listWorktrees()) {
    const place = known.places.get(await machine.realPath(listed.path));
    if (place === undefined || listed.path === client.root) continue;
    worktrees.push({
      id: place.id,
      path: listed.path,
      bytes: await machine.sizeOf(listed.path),
      ...(await judge(client, listed, place)),
    });
  }
  const saved = (await repository.saved()).filter(
    ({ ref }) => ![...known.unfinished].some((id) => ref.startsWith(`refs/wf/saved/${id}/`)),
  );
  return { worktrees, saved };
};

/** Removes one that can go; gives why it stayed, or null. Everything is looked at once more. */
export const removeLeftover = async (client: Client, { path, commit }: Leftover): Promise<string | null> => {
  if (client.repository === null || commit === null) return 'it may not be removed';
  const place = (await readPlaces(client)).places.get(await (await client.openMachine()).realPath(path));
  if (place === undefined || place.unfinished !== null) return 'a batch has taken it meanwhile';
  const { removed, why } = await client.repository.removeWorktree(path, commit);
  return removed ? null : why;
};

interface Place {
  readonly id: WorkId;
  /** The unfinished batch that it belongs to. */
  readonly unfinished: string | null;
  readonly record: WorkRecord;
}

/** By real path, what the newest batch that names a folder says of it. */
const readPlaces = async (
  client: Client,
): Promise<{ readonly places: ReadonlyMap<string, Place>; readonly unfinished: ReadonlySet<string> }> => {
  const machine = await client.openMachine();
  const places = new Map<string, Place>();
  const unfinished = new Set<string>();
  for (const batchRunId of await client.store.listBatches()) {
    const journal = await client.store.openBatch(batchRunId);
    if (journal === null) continue;
    try {
      const state = await journal.read();
      if (isUnfinished(state)) unfinished.add(batchRunId);
      for (const [path, place] of placesOf(state, isUnfinished(state) ? batchRunId : null))
        places.set(await machine.realPath(path), place);
    } finally {
      await journal.close();
    }
  }
  return { places, unfinished };
};

const placesOf = ({ works, records }: BatchState, unfinished: string | null): readonly (readonly [string, Place])[] =>
  works.flatMap(({ id, worktree }, i) => {
    const record = records[i] as WorkRecord;
    const path = record.place?.worktree ?? (unfinished === null ? null : worktree);
    return path === null ? [] : [[path, { id, unfinished, record }] as const];
  });

type Judgement = Pick<Leftover, 'ignored' | 'commit' | 'why'>;

const unmarked: Judgement = { ignored: 0, commit: null, why: `the folder around it has no file ${worktreeMarker}` };

/** Outside the repository only a folder with our marker is one to delete in. */
const isInOurFolder = async (client: Client, path: string): Promise<boolean> =>
  isInsideRepository(client.root, path) ||
  (await (await client.openMachine()).look(`${path.slice(0, path.lastIndexOf('/'))}/${worktreeMarker}`)).kind ===
    'other';
/** A removal that was cut short: the folder went first. The commits of a work that is not delivered may be nowhere else. */
const judgeGone = ({ unfinished, record }: Place): Judgement => {
  const isDelivered = unfinished === null && record.state.status === 'completed';
  const why = 'its folder is gone; git worktree prune forgets it';
  return { ignored: 0, commit: isDelivered ? record.state.commit : null, why: isDelivered ? '' : why };
};

const judge = async (
  client: Client,
  { path, isGone }: { readonly path: string; readonly isGone: boolean },
  place: Place,
): Promise<Judgement> => {
  if (!(await isInOurFolder(client, path))) return unmarked;
  return isGone || client.repository === null ? judgeGone(place) : judgeThere(client.repository, path, place);
};

const judgeThere = async (repository: Repository, path: string, { unfinished, record }: Place): Promise<Judgement> => {
  if (unfinished !== null) return { ignored: 0, commit: null, why: `batch ${unfinished} is unfinished` };
  try {
    const { head, changed, ignored } = await repository.worktreeStatus(path);
    const stay = (why: string): Judgement => ({ ignored, commit: null, why });
    if (changed.length > 0)
      return stay(
        `it has uncommitted changes: ${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ` and ${changed.length - 3} more` : ''}`,
      );
    const delivered = record.state.status === 'completed' ? record.state.commit : null;
    const isSafe = head === delivered || head === record.pushed_commit || head === record.place?.base_commit;
    return isSafe ? { ignored, commit: head, why: '' } : stay('its commits are not pushed');
  } catch (error) {
    return {
      ignored: 0,
      commit: null,
      why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    };
  }
};
