/** Works of one stage `true` without a worktree, beside other runners of 500 such tasks; and how the cost grows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flat, makePlace, median, mustSucceed, timeMs } from './ground.ts';
import { findRunners, type Runner } from './other-runners.ts';

const config = { workflows: { wf: { worktree: false, stages: [{ name: 'run', run: 'true' }] } } };

/** Milliseconds a work, start-up and end of the whole program included. */
const costOf = (count: number, engine: string): number => {
  const place = makePlace({ repository: false, config, works: flat(count) });
  const ms = timeMs(() =>
    mustSucceed(place.batch('start', '--follow', '--yes', '--engine', engine, '--parallel', '2')),
  );
  place.remove();
  return ms / count;
};

export const benchManyWorks = (rounds: number): void => {
  const count = 500;
  console.log(`${count} works of one stage true, no worktree, 2 workers, ms a work, medians of ${rounds}`);
  const repeat = (body: () => number): number => median(Array.from({ length: rounds }, body));
  const folder = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
  const rows: readonly (Runner | string)[] = [
    { name: 'wf0-batch, process', run: () => costOf(count, 'process') },
    { name: 'wf0-batch, tmux', run: () => costOf(count, 'tmux') },
    ...findRunners(folder),
  ];
  for (const row of rows)
    if (typeof row === 'string') console.log(`  ${row.padEnd(20)} not there`);
    else console.log(`  ${row.name.padEnd(20)} ${repeat(() => row.run(count)).toFixed(2)}`);
  rmSync(folder, { recursive: true, force: true });
};

export const benchGrowth = (): void => {
  const small = median([costOf(100, 'process'), costOf(100, 'process'), costOf(100, 'process')]);
  const large = costOf(5000, 'process');
  console.log(
    `cost a work: 100 works ${small.toFixed(2)} ms, 5,000 works ${large.toFixed(2)} ms, ${(large / small).toFixed(2)}x`,
  );
};
