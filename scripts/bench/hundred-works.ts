/** 100 works of six stages `true` with worktree and push, against the same git and sh commands two at a time. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { flat, makePlace, median, mustSucceed, project, timeMs } from './ground.ts';

const count = 100;
const config = {
  workflows: { wf: { stages: Array.from({ length: 6 }, (_, i) => ({ name: `s${i + 1}`, run: 'true' })) } },
};

export const benchHundredWorks = (rounds: number): void => {
  const times: Record<string, number[]> = { script: [], process: [], tmux: [] };
  for (let round = 0; round < rounds; round++) {
    for (const engine of ['process', 'tmux']) {
      const place = makePlace({ repository: true, config, works: flat(count) });
      times[engine]?.push(
        timeMs(() => mustSucceed(place.batch('start', '--follow', '--engine', engine, '--parallel', '2'))),
      );
      place.remove();
    }
    const place = makePlace({ repository: true, config, works: [] });
    const script = join(project, 'scripts', 'bench-baseline.sh');
    times['script']?.push(timeMs(() => execFileSync(script, [place.root, String(count)], { stdio: 'ignore' })));
    place.remove();
  }
  const base = median(times['script'] ?? []);
  console.log(
    `${count} works, six stages of true, worktree and push to a local bare remote, 2 workers, medians of ${rounds}`,
  );
  for (const [name, values] of Object.entries(times))
    console.log(
      `  ${name.padEnd(8)} ${median(values).toFixed(0).padStart(6)} ms  ${(median(values) / base).toFixed(2)}x`,
    );
  countSyncs();
};

/** Durability was on: the calls of fdatasync and fsync of one run, where strace is there. */
const countSyncs = (): void => {
  if (spawnSync('strace', ['-V']).status !== 0) return console.log('  fdatasync: not counted, strace is not there');
  const place = makePlace({ repository: true, config, works: flat(10) });
  const bin = join(project, 'dist', 'run', 'bin', 'wf0-batch.js');
  const args = [
    '-f',
    '-c',
    '-e',
    'trace=fdatasync,fsync',
    process.execPath,
    bin,
    'start',
    '--follow',
    '--engine',
    'process',
    '--parallel',
    '2',
  ];
  const { stderr } = spawnSync('strace', args, {
    cwd: place.root,
    encoding: 'utf8',
    env: { ...process.env, HOME: place.root },
  });
  place.remove();
  for (const line of stderr.split('\n').filter((each) => /f(data)?sync$/.test(each))) {
    const [, , , calls, name] = line.trim().split(/\s+/);
    console.log(`  ${name}: ${calls} calls for 10 works`);
  }
};
