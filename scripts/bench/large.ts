/** 10,000 works: the dry run, the status, the scheduler's memory; and its processor use while all workers are busy. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { chain, flat, makePlace, median, mustSucceed, timeMs, type Place } from './ground.ts';
import { ticksOf } from './ticks.ts';

export const benchLarge = async (): Promise<void> => {
  const config = {
    workflows: { wf: { worktree: false, stages: [{ name: 'run', run: 'sleep 300' }] } },
    batch: { stop_grace: '1s' },
  };
  const works = [...flat(5000).map(({ id }) => ({ id: `f${id}` })), ...chain(5000)];
  const place = makePlace({ repository: false, config, works });
  const node = median(repeat(() => timeMs(() => void place.batch('--version'))));
  const dry = median(repeat(() => timeMs(() => mustSucceed(place.batch('start', '--dry-run')))));
  mustSucceed(place.batch('start', '--yes', '--engine', 'process', '--parallel', '2'));
  const status = median(repeat(() => timeMs(() => mustSucceed(place.batch('status')))));
  console.log(
    `10,000 works: start --dry-run ${dry.toFixed(0)} ms, status ${status.toFixed(0)} ms (--version alone ${node.toFixed(0)} ms)`,
  );
  await measureScheduler(place);
  place.batch('stop', '--force');
  place.remove();
};

const repeat = (body: () => number): number[] => Array.from({ length: 5 }, body);

const measureScheduler = async (place: Place): Promise<void> => {
  const pid = (JSON.parse(place.batch('status', '--json').stdout) as { scheduler: { pid: number } }).scheduler.pid;
  const before = ticksOf(pid);
  const seconds = 20;
  await sleep(seconds * 1000);
  const used = ((ticksOf(pid) - before) / 100 / seconds) * 100;
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  console.log(
    `  its scheduler: ${resident.toFixed(0)} MB resident, ${used.toFixed(2)} % of a core over ${seconds} s of long stages`,
  );
};
