/** How long short commands take with a batch of 50 works, beside a Node that does nothing; in turn, so that both meet the same load. */
import { spawnSync } from 'node:child_process';
import { flat, makePlace, median, mustSucceed, timeMs } from './ground.ts';

export const benchStart = (rounds: number): void => {
  const config = { workflows: { wf: { worktree: false, stages: [{ name: 'run', run: 'true' }] } } };
  const place = makePlace({ repository: false, config, works: flat(50) });
  mustSucceed(place.batch('start', '--follow', '--yes', '--engine', 'process', '--parallel', '2'));
  const commands: Readonly<Record<string, () => void>> = {
    'node -e 0': () => void spawnSync(process.execPath, ['-e', '0']),
    '--help': () => mustSucceed(place.batch('--help')),
    'status --help': () => mustSucceed(place.batch('status', '--help')),
    status: () => mustSucceed(place.batch('status')),
  };
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds * 3; round++)
    for (const [name, run] of Object.entries(commands)) times.get(name)?.push(timeMs(run));
  place.remove();
  const bare = median(times.get('node -e 0') ?? []);
  console.log('start-up, 50 works:');
  for (const [name, each] of times)
    console.log(`  ${name.padEnd(14)} ${median(each).toFixed(0)} ms, ${(median(each) / bare).toFixed(2)}x`);
};
