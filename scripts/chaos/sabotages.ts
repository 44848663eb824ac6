/**
 * Known bugs, each planted by exact replacement in a copy of the program, with the smallest batch that provokes it
 * and the promises that it breaks. Without the bug the same batch keeps them all.
 */
import type { Violation } from './check/judge.ts';
import type { Patch } from './program.ts';
import type { Scenario } from './scenario.ts';
import { atLine, atNote, atPoint, neverEndsMs, of, scenario, work } from './scripted.ts';

export interface Sabotage {
  readonly name: string;
  /** What the program does wrong. */
  readonly title: string;
  readonly patches: readonly Patch[];
  readonly scenario: Scenario;
  /** It is noticed by one of these. */
  readonly breaks: readonly Violation['promise'][];
}

export const sabotages: readonly Sabotage[] = [
  {
    name: 'lease-re-read',
    title: "the remote is asked for the expected head right before the push, and somebody's commit is overwritten",
    patches: [
      {
        file: 'worker/publish',
        from: 'const first = await repository.push({ ...options, seen: record.pushed_commit });',
        to: 'const first = await repository.push({ ...options, seen: (await repository.remoteHead(remote, branch)).commit });',
      },
    ],
    scenario: scenario([work('w00', 0, { waits: true })], { faults: [atNote(1, { kind: 'remote-ahead' })] }),
    breaks: ['noForeignCommitLost'],
  },
  {
    name: 'report-not-fenced',
    title: 'a worker that was given up and comes back is believed',
    patches: [{ file: 'core/accept-report', from: ' || record.state.token !== token', to: '' }],
    scenario: scenario([work('w00', 3000)], {
      parallel: 1,
      faults: [{ ...atPoint('after-stage', 1, 'hold'), then: { kind: 'taken-for-dead' } }],
    }),
    breaks: ['reportsAreFenced'],
  },
  {
    name: 'lock-by-age',
    title: 'a lock is taken over when it is old',
    patches: [
      {
        file: 'adapters/file-store/lock',
        from: 'if (!isGone(holding.owner, processes))',
        to: 'if (!isGone(holding.owner, processes) && Date.now() - fs.statSync(holding.file).mtimeMs < 300)',
      },
    ],
    scenario: scenario([work('w00', 50), work('w01', 50), work('w02', 50), work('w03', 50)], {
      faults: [atPoint('before-append', 12, 'freeze', 1500)],
    }),
    breaks: ['journalIsWhole', 'deliveredOnce', 'stagesPassOnce', 'isSettled'],
  },
  {
    name: 'saved-overwritten',
    title: 'what is saved before a reset takes the place of what was saved earlier',
    patches: [
      { file: 'adapters/git/refs', from: "ref, commit, '0'.repeat(commit.length)]", to: 'ref, commit]' },
      { file: 'worker/prepare', from: '/${work.id}/${Math.max(1, number - 1)}`', to: '/${work.id}`' },
    ],
    scenario: scenario([work('w00', 0, { nature: 'dirty', waits: true })], {
      faults: [2, 4].map((line) => atNote(line, { kind: 'command', command: 'retry-from' })),
    }),
    breaks: ['noDraftLost'],
  },
  {
    name: 'stop-by-group',
    title: 'what an attempt started is looked for in its process group alone',
    patches: [
      {
        file: 'adapters/system/hunt',
        from: 'if (barred.has(pid))\n                return;\n            carriers.add(pid);',
        to: 'return;',
      },
      { file: 'adapters/system/family', from: 'queue.push(...(byParent.get(entry.pid) ?? []));', to: '' },
    ],
    scenario: scenario([work('w00', 0, of('forks'))]),
    breaks: ['nothingLeft'],
  },
  {
    name: 'event-after-act',
    title: 'a commit is pushed before the journal knows of it',
    patches: [
      {
        file: 'worker/publish',
        from: "await report(world, attempt, { type: 'report_publishing', token: attempt.token, commit })",
        to: 'record',
      },
    ],
    scenario: scenario([work('w00', 0, of('restless'))], {
      pushWhen: 'stage',
      limitMs: neverEndsMs,
      faults: [atPoint('after-push', 1, 'kill')],
    }),
    breaks: ['isSettled'],
  },
  {
    name: 'dependency-ignored',
    title: 'a work is ready whatever it depends on',
    patches: [
      { file: 'core/draft', from: 'draft.remaining[i] === 0', to: 'true' },
      { file: 'core/state', from: 'remaining[i] === 0', to: 'true' },
    ],
    scenario: scenario([work('w00', 300), work('w01', 0, { dependencies: ['w00'] })]),
    breaks: ['dependenciesFirst'],
  },
  {
    name: 'one-too-many',
    title: 'one work more than allowed runs at once',
    patches: [
      {
        file: 'core/decide',
        from: 'export const decide = (state, moment) => {',
        to: 'export const decide = (given, moment) => {\n    const state = { ...given, batch: { ...given.batch, parallel: given.batch.parallel + 1 } };',
      },
    ],
    // Long enough for the second worker to begin beside the first on a full machine.
    scenario: scenario([work('w00', 2500), work('w01', 2500), work('w02', 2500)], { parallel: 1 }),
    breaks: ['neverTooMany'],
  },
  {
    name: 'answer-before-sync',
    title: 'a report is acknowledged before it is on the disk',
    patches: [
      {
        file: 'adapters/file-store/files',
        from: 'fs.fdatasync(fd, (error) =>',
        to: '((_fd, done) => done(null))(fd, (error) =>',
      },
    ],
    scenario: scenario([work('w00', 0, of('restless')), work('w01'), work('w02', 400)], {
      parallel: 1,
      limitMs: neverEndsMs,
      faults: [{ ...atPoint('after-completion', 2, 'hold'), then: { kind: 'machine-dies' } }],
    }),
    breaks: ['isSettled', 'stagesPassOnce', 'deliveredOnce'],
  },
  {
    name: 'successor-beside-old',
    title: 'a dead worker gives its work back while its stage still runs',
    patches: [
      {
        file: 'daemon/observe',
        from: 'await processes.endAttempt({ token, roots, graceMs: 0 })',
        to: '{ survivors: [] }',
      },
    ],
    scenario: scenario([work('w00', 6000, of('stubborn'))], {
      parallel: 1,
      faults: [atNote(1, { kind: 'kill', target: 'worker' })],
    }),
    breaks: ['neverTooMany'],
  },
  {
    name: 'removed-unclean',
    title: 'a worktree is removed although something in it is uncommitted',
    patches: [
      { file: 'adapters/git/remove', from: 'if (status.changed.length > 0)', to: 'if (status.changed.length > 1_000)' },
    ],
    scenario: scenario([work('w00', 0, of('dirty'))]),
    breaks: ['noDraftLost'],
  },
  {
    name: 'completed-again',
    title: 'resume queues delivered works again',
    patches: [
      {
        file: 'core/accept-control',
        from: "const isWanted = status === 'stopped' ||",
        to: "const isWanted = status === 'stopped' || status === 'completed' ||",
      },
    ],
    scenario: scenario([work('w00'), work('w01', 4000)], {
      parallel: 1,
      limitMs: neverEndsMs,
      faults: [atLine(18, { kind: 'command', command: 'stop' })],
    }),
    breaks: ['deliveredOnce', 'stagesPassOnce', 'isSettled'],
  },
];
