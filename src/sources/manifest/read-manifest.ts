/** Manifests: each entry of a YAML file is a work with parameters of its own. */
import { Problem } from '../../ports/problem.ts';
import { workLimit } from '../../protocol/work.ts';
import type { Part } from '../combine.ts';
import { condense, gather, isOpen } from '../gather.ts';
import { readListFile } from '../list-file.ts';
import { showPath } from '../task-files.ts';
import { readCommands } from './commands.ts';
import { readEntries } from './entries.ts';
import { toEntryWork } from './entry-work.ts';
import type { EntryWork } from './entry-work.ts';
import { readPlainTree } from './plain-tree.ts';
import { readTree, refuseIn } from './tree.ts';
import type { MapNode, Refuse, Tree } from './tree.ts';

export interface ManifestRequest {
  readonly path: string;
  readonly cwd: string;
  /** The folder that `source.ref` is relative to. */
  readonly root: string;
}

/** Manifests are at most this long: room for 100,000 short entries. */
export const manifestLimitBytes = 8 * 1024 * 1024;

/**
 * Reads a manifest whole, before any of its works can start: the first thing that is wrong is a Problem with file, line,
 * column and the text that stands there. The works carry the manifest's own command as a workflow.
 */
export const readManifest = async ({ path, cwd, root }: ManifestRequest): Promise<Part> => {
  const file = await readListFile({ path, cwd, what: 'the manifest', limitBytes: manifestLimitBytes });
  const refuse = refuseIn(file.text, file.shown);
  const top = asMap(readPlainTree(file.text) ?? (await readTree(file.text, refuse)), refuse);
  const ref = showPath(file.path, root);
  const commands = readCommands(top, `manifest:${ref.replace(/[/\\\p{Cc}]/gu, ':')}`.slice(0, 70), refuse);
  const { entries, warnings } = readEntries(top, refuse);
  if (entries.length > workLimit) throw tooMany(entries.length, file.shown);
  const works = entries.map((entry) => toEntryWork(entry, commands.workflowOf(entry), refuse));
  const placeOf = makePlaceOf(file.text);
  const shownAt = (offset: number): string => `${file.shown}:${placeOf(offset)}`;
  const gathered = gather(
    works.map(({ draft, writtenId, offset }) => ({
      draft,
      source: { type: 'manifest', ref },
      writtenId,
      shown: shownAt(offset),
      names: writtenId === null ? [] : [writtenId],
      state: isOpen,
    })),
    { noun: 'entry', prose: false, patterns: [] },
  );
  return {
    ...gathered,
    warnings: [
      ...warnings.map(({ offset, why }) => `${shownAt(offset)}: ${why}`),
      ...oddIds(works, shownAt),
      ...sameOutputs(works, shownAt),
      ...gathered.warnings,
    ],
    workflows: commands.workflows,
  };
};

/** A list alone stands for its tasks. */
const asMap = (tree: Tree, refuse: Refuse): MapNode => {
  if (tree.kind === 'map') return tree;
  if (tree.kind === 'list')
    return { kind: 'map', offset: tree.offset, fields: new Map([['tasks', { nameOffset: tree.offset, value: tree }]]) };
  return refuse(
    tree.offset,
    'this manifest is a text, not `tasks:` with a list',
    'write `tasks:` and below it `- dataset: a`',
  );
};

const tooMany = (count: number, shown: string): Problem =>
  new Problem({
    what: `the manifest has ${count.toLocaleString('en')} entries, and ${workLimit.toLocaleString('en')} are the limit`,
    where: shown,
    hint: 'split it into several files',
    code: 'refused',
  });

/** Line and column of an offset. Counting lines anew for each of 5,000 entries would take seconds. */
const makePlaceOf = (text: string): ((offset: number) => string) => {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return `${low + 1}:${offset - (starts[low] ?? 0) + 1}`;
  };
};

const oddIds = (works: readonly EntryWork[], shownAt: (offset: number) => string): readonly string[] =>
  condense(
    works.flatMap(({ writtenId, draft, offset }) =>
      writtenId === null || draft.id.startsWith(writtenId)
        ? []
        : [`${shownAt(offset)}: ${JSON.stringify(writtenId.slice(0, 100))} is no id; ${draft.id} is used`],
    ),
  );

/** Two works that write one file at the same time harm each other. */
const sameOutputs = (works: readonly EntryWork[], shownAt: (offset: number) => string): readonly string[] => {
  const first = new Map<string, EntryWork>();
  return condense(
    works.flatMap((work) => {
      if (work.output === null) return [];
      const other = first.get(work.output);
      if (other === undefined) first.set(work.output, work);
      return other === undefined
        ? []
        : [
            `${shownAt(work.offset)}: ${work.draft.id} has the output ${work.output} of ${other.draft.id}; write {id} or a parameter into it`,
          ];
    }),
  );
};
