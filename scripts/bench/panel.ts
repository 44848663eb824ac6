/** The live panel with 2,000 works: what it costs in a terminal while the batch goes on, and what a frame costs by itself. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDiffer } from '../../src/dashboard/differ.ts';
import { makeForecaster } from '../../src/view/forecast.ts';
import { drawBatch, frameOf, makeBusy } from '../../test/dashboard/scenes.ts';
import { flat, makePlace, mustSucceed, programFile, type Place } from './ground.ts';
import { ticksOf } from './ticks.ts';

export const benchPanel = async (): Promise<void> => {
  benchFrames();
  await benchWatch();
};

const frames = 60;

/** In this process: durations grow and a work ends now and then. */
const benchFrames = (): void => {
  const { batch, pulses } = makeBusy(2000);
  const differ = makeDiffer();
  const size = { columns: 120, rows: 40, forecast: makeForecaster() };
  differ.update(frameOf(drawBatch(batch, pulses, size)));
  let bytes = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < frames; i++) {
    batch.pass(1);
    if (i % 10 === 9)
      batch.ask({ type: 'stop', ids: [batch.state.works[1000 + i]?.id ?? ('' as never)], mode: 'graceful' });
    bytes += Buffer.byteLength(differ.update(frameOf(drawBatch(batch, pulses, size))));
  }
  const { user, system } = process.cpuUsage(before);
  console.log(
    `panel, 2,000 works, 120×40: ${(bytes / frames).toFixed(0)} bytes and ${((user + system) / 1000 / frames).toFixed(1)} ms of processor a frame`,
  );
};

const settleSeconds = 10;
const seconds = 40;
const workers = 5;

/** `watch` in a pane of a tmux server of its own, on a batch that really runs: five workers with stages of a second. */
const benchWatch = async (): Promise<void> => {
  const place = makePlace({
    repository: false,
    config: {
      workflows: { wf: { worktree: false, stages: [{ name: 'run', run: 'sleep 1.2' }] } },
      batch: { max_parallel: workers },
    },
    works: flat(2000),
  });
  try {
    mustSucceed(place.batch('start', '--yes', '--engine', 'process', '--parallel', String(workers)));
    const pid = openPane(place, ['watch']);
    await sleep(settleSeconds * 1000);
    const [ticks, events, at] = [ticksOf(pid), countEvents(place), performance.now()];
    await sleep(seconds * 1000);
    const passed = (performance.now() - at) / 1000;
    const share = (ticksOf(pid) - ticks) / passed;
    const rate = (countEvents(place) - events) / passed;
    console.log(
      `  \`watch\` in a pane: ${share.toFixed(1)} % of a core over ${passed.toFixed(0)} s with ${rate.toFixed(0)} events a second`,
    );
  } finally {
    place.batch('stop', '--force');
    place.remove();
  }
};

/** Gives the process that the pane runs. */
const openPane = (place: Place, args: readonly string[]): number => {
  const size = ['-x', '120', '-y', '40'];
  const command = [process.execPath, programFile, ...args];
  const pane = ['new-session', '-d', '-P', '-F', '#{pane_pid}', '-c', place.root, ...size, ...command];
  return Number(
    mustSucceed(spawnSync('tmux', ['-f', '/dev/null', ...pane], { env: place.env, encoding: 'utf8' })).stdout,
  );
};

const countEvents = ({ root }: Place): number => {
  const batches = join(root, '.wf', 'batches');
  const [id = ''] = readdirSync(batches).filter((name) => name !== 'latest');
  return readFileSync(join(batches, id, 'journal.jsonl'), 'utf8').split('\n').length - 1;
};
