/** What a stage costs beside the same program under a bare pseudo-terminal: a flood of output, and nothing at all. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { flat, makePlace, median, mustSucceed, type Place } from './ground.ts';

const floodBytes = 200_000_000;
const stages = 200;
const rounds = 3;

export const benchStage = async (): Promise<void> => {
  await benchFlood();
  await benchNothing();
};

/** `cat` of the same file: as a stage, and under a terminal whose output is read and thrown away. */
const benchFlood = async (): Promise<void> => {
  const [ours, bare, memory]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const place = makePlace({
      repository: false,
      config: { workflows: { wf: { worktree: false, stages: [{ name: 'flood', run: ['cat', 'flood.txt'] }] } } },
      works: flat(1),
    });
    writeFileSync(join(place.root, 'flood.txt'), `${'x'.repeat(99)}\n`.repeat(floodBytes / 100));
    const peak = watchWorker(place);
    mustSucceed(place.batch('start', '--follow', '--engine', 'process', '--parallel', '1'));
    memory.push(await peak.end());
    ours.push(stageMs(place)[0] ?? NaN);
    bare.push(await bareMs(['cat', join(place.root, 'flood.txt')]));
    place.remove();
  }
  console.log(
    `a stage that prints 200 MB: ${Math.round(median(ours))} ms, bare terminal ${Math.round(median(bare))} ms, ratio ${(median(ours) / median(bare)).toFixed(2)}; the worker's memory at its most ${Math.round(median(memory) / 1e6)} MB`,
  );
};

/** From the start of a stage of `true` to the start of the next one. */
const benchNothing = async (): Promise<void> => {
  const place = makePlace({
    repository: false,
    config: {
      workflows: {
        wf: {
          worktree: false,
          stages: Array.from({ length: stages }, (_, i) => ({ name: `s${i}`, run: ['true'] })),
        },
      },
    },
    works: flat(1),
  });
  mustSucceed(place.batch('start', '--follow', '--engine', 'process', '--parallel', '1'));
  const ours = stepMs(place);
  place.remove();
  const bare: number[] = [];
  for (let i = 0; i < stages; i++) bare.push(await bareMs(['true']));
  console.log(
    `a stage of true, start to next start: median ${median(ours).toFixed(1)} ms, bare terminal ${median(bare).toFixed(1)} ms, difference ${(median(ours) - median(bare)).toFixed(1)} ms (${ours.length} stages)`,
  );
};

interface Pty {
  onData(listener: () => void): void;
  onExit(listener: () => void): void;
}

/** A program under node-pty as it comes, its output read and thrown away. */
const bareMs = async ([file, ...args]: readonly [string, ...string[]]): Promise<number> => {
  const { spawn: spawnPty } = loadPty();
  const beganAt = performance.now();
  await new Promise<void>((resolve) => {
    const pty = spawnPty(file, args, { encoding: null });
    pty.onData(() => undefined);
    pty.onExit(resolve);
  });
  return performance.now() - beganAt;
};

const loadPty = (): { spawn(file: string, args: readonly string[], options: object): Pty } => {
  const require = createRequire(import.meta.url);
  try {
    return require('node-pty') as ReturnType<typeof loadPty>;
  } catch {
    return require('@lydell/node-pty') as ReturnType<typeof loadPty>;
  }
};

interface Line {
  readonly type: string;
  readonly at: string;
  readonly duration_ms?: number;
}

const linesOf = (place: Place): readonly Line[] => {
  const batches = join(place.root, '.wf', 'batches');
  const batch = readdirSync(batches).find((each) => each !== 'latest') ?? '';
  const text = readFileSync(join(batches, batch, 'journal.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
};

const stageMs = (place: Place): readonly number[] =>
  linesOf(place).flatMap(({ type, duration_ms }) => (type === 'stage_passed' ? (duration_ms ?? []) : []));

const stepMs = (place: Place): readonly number[] => {
  const starts = linesOf(place).flatMap(({ type, at }) => (type === 'stage_started' ? [Date.parse(at)] : []));
  return starts.slice(1).map((at, i) => at - (starts[i] as number));
};

/** The largest resident memory of the place's worker, looked at from a process of its own, since a run blocks this one. */
const watchWorker = (place: Place): { end(): Promise<number> } => {
  const look = `
    const { readdirSync, readFileSync } = require('fs'); let most = 0;
    const timer = setInterval(() => { for (const pid of readdirSync('/proc')) { if (!/^\\d+$/.test(pid)) continue; try {
      const words = readFileSync('/proc/' + pid + '/cmdline', 'utf8');
      if (!words.includes('wf0-worker') || !words.includes(${JSON.stringify(place.root)})) continue;
      most = Math.max(most, Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/' + pid + '/status', 'utf8'))[1]) * 1024);
    } catch {} } }, 20);
    process.stdin.on('end', () => { clearInterval(timer); console.log(most); }).resume();`;
  const child = spawn(process.execPath, ['-e', look], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    end: async () => {
      child.stdin.end();
      await ended;
      return Number(out);
    },
  };
};
