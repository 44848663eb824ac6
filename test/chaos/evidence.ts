/** What a checker would see of a batch of two works in which nothing went wrong. */
import type { Evidence, JournalLine } from '../../scripts/chaos/check/evidence.ts';
import { expectedTrees } from '../../scripts/chaos/check/expected-trees.ts';

const works = [
  { id: 'a', dependencies: [] },
  { id: 'b', dependencies: ['a'] },
];

/** The lines of one work from its assignment to its delivery, not yet numbered. */
export const deliver = (id: string, commit = `${id}1`, token = `${id}-1`): readonly Omit<JournalLine, 'seq'>[] => [
  { type: 'work_assigned', id, token },
  { type: 'stage_passed', id, token, stage: 'write' },
  { type: 'stage_passed', id, token, stage: 'polish' },
  { type: 'work_completed', id, token, commit },
];

export const numbered = (lines: readonly Omit<JournalLine, 'seq'>[]): readonly JournalLine[] =>
  lines.map((line, i) => ({ ...line, seq: i + 1 }));

export const goodEvidence = (): Evidence => ({
  works,
  parallel: 1,
  isSettled: true,
  journal: numbered([...deliver('a'), ...deliver('b')]),
  damage: [],
  remoteHeads: new Map([
    ['main', 'm1'],
    ['wf/a', 'a1'],
    ['wf/b', 'b1'],
  ]),
  pins: new Map([
    ['a', 'a1'],
    ['b', 'b1'],
  ]),
  trees: expectedTrees(works),
  starts: [{ work: 'a', stage: 'write', attempt: 1, others: 0, same: 0 }],
  drafts: [{ work: 'a', name: 'a.1.draft', foundIn: 'somewhere' }],
  overwritten: [],
  leftovers: [],
  trespasses: [],
});
