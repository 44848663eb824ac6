/** What released versions left is read by this one; what a newer one left is refused. */
import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { stateVersion } from '../../src/protocol/version.ts';
import type { ReportDocument } from '../../src/view/report.ts';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { keptVersions, unpackState } from '../support/old-state.ts';
import { batchFolder, eventsOf, expectCode, leaveNothing, status } from '../support/running-batch.ts';
import { leavingAll } from '../support/untouched.ts';

let line: CommandLine;
beforeEach(async () => {
  line = await makeCommandLine();
});
afterEach(() => leaveNothing(line));

const shownStates = async (): Promise<readonly string[]> =>
  (await status(line)).items.map(({ id, state }) => `${id} ${state}`);

describe('the state that a released version left', () => {
  for (const version of keptVersions()) {
    it(`${version}: is shown, explained and reported without a change of it`, async () => {
      await unpackState(line, version);
      assert.deepEqual(await shownStates(), ['b stopped', 'd completed', 'c queued']);
      await leavingAll(line, line.project, async () => {
        const why = expectCode(await line.batch(['why', 'c']), 0);
        assert.match(why.out, /c .*waits for b/s);
        return expectCode(await line.batch(['status']), 0);
      });
      const report = JSON.parse(expectCode(await line.batch(['report', '--format', 'json']), 0).out) as ReportDocument;
      assert.deepEqual([report.counts.completed, report.counts.stopped, report.counts.queued], [1, 1, 1]);
      assert.match(expectCode(await line.batch(['logs', 'b']), 0).out, /checking/);
      assert.match(expectCode(await line.batch(['plan', 'list']), 0).out, /nightly/);
      expectCode(await line.batch(['plan', 'show', 'nightly']), 0);
    });

    it(`${version}: goes on to its end, and repeats nothing that was finished`, async () => {
      await unpackState(line, version);
      await line.write(line.project, 'go', '');
      expectCode(await line.batch(['resume', '--follow']), 0);
      assert.deepEqual(await shownStates(), ['b completed', 'd completed', 'c completed']);
      const passed = (id: string): readonly string[] => eventsOf(line, 'stage_passed', id).map(({ stage }) => stage);
      assert.deepEqual([passed('d'), passed('b'), passed('c')], Array(3).fill(['write', 'check']));
      const subjects = await line.git(line.project, 'log', '--format=%s', 'main..wf/c');
      assert.deepEqual(subjects.split('\n'), ['c', 'b', 'a']);
    });

    it(`${version}: a new batch leaves out what its batches delivered`, async () => {
      await unpackState(line, version);
      const { out } = expectCode(await line.batch(['start', '--dry-run', '--json']), 0);
      const { items } = JSON.parse(out) as { readonly items: readonly { readonly id: string }[] };
      assert.deepEqual(
        items.map(({ id }) => id),
        ['b', 'c'],
      );
    });
  }
});

describe('a file of a newer version', () => {
  const [version = ''] = keptVersions();
  const newer = stateVersion + 1;
  const bump = async (file: string): Promise<void> => {
    const text = await readFile(file, 'utf8');
    const bumped = text.replace(/"version": ?1\b/, `"version":${newer}`);
    assert.notEqual(bumped, text);
    await writeFile(file, bumped);
  };
  const resume = ['batch', 'resume', '--engine', 'process'];
  const trusted = (): string => join(line.folder, 'config/wf0-batch/trusted.json');
  const kinds: readonly (readonly [string, () => Promise<void>, readonly (readonly string[])[]])[] = [
    [
      'schedule.json',
      () => bump(join(line.project, '.wf/schedule.json')),
      [
        ['batch', 'start', '--engine', 'process'],
        ['schedule', 'create', 'local=z', '--append'],
        ['schedule', 'edit', 'a', 'priority=1'],
      ],
    ],
    ['plan.json', () => bump(join(batchFolder(line), 'plan.json')), [['batch', 'status'], ['batch', 'report'], resume]],
    [
      'plans/nightly.json',
      () => bump(join(line.project, '.wf/plans/nightly.json')),
      [
        ['batch', 'start', '--engine', 'process', '--plan', 'nightly'],
        ['batch', 'plan', 'show', 'nightly'],
      ],
    ],
    [
      'journal.jsonl',
      () =>
        appendFile(
          join(batchFolder(line), 'journal.jsonl'),
          `{"version":${newer},"seq":99,"at":"2026-11-24T17:00:00.000Z","actor":"operator","type":"novelty"}\n`,
        ),
      [['batch', 'status'], ['batch', 'report'], ['batch', 'start', '--engine', 'process'], resume],
    ],
    [
      'trusted.json',
      async () => {
        await line.write(trusted(), `{"version":${newer},"trusted":{}}\n`);
        await line.git(line.project, 'add', '-f', '.wf/config.json');
      },
      [resume, ['batch', 'trust']],
    ],
  ];
  for (const [file, damage, commands] of kinds) {
    it(`${file}: is refused with both versions named, and nothing is changed`, async () => {
      await unpackState(line, version);
      await damage();
      for (const [program, ...args] of commands) {
        const run = program === 'batch' ? line.batch : line.schedule;
        const screen = await leavingAll(line, line.project, () => run(args));
        expectCode(screen, 1);
        assert.match(screen.err, new RegExp(`is of version ${newer}, and this program knows version ${stateVersion}`));
      }
    });
  }
  it('snapshot.json: is passed over, for the journal holds all that it does', async () => {
    await unpackState(line, version);
    await bump(join(batchFolder(line), 'snapshot.json'));
    assert.deepEqual(await shownStates(), ['b stopped', 'd completed', 'c queued']);
  });
});
