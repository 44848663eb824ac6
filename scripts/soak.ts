/**
 * `npm run soak [-- --works N]`: one batch of many short works over two workers, looked at from outside. Prints for
 * scheduler and workers how memory and open files grew from the first fifth to the end, and exits 1 if they did: more than
 * a tenth of memory over the noise, or any file that stays open.
 */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flat, makePlace, median, project } from './bench/ground.ts';

const { values } = parseArgs({ options: { works: { type: 'string', default: '5000' } } });
const works = Number(values.works);

interface Sample {
  readonly role: string;
  readonly memory: number;
  readonly files: number;
}

const roleOf = (pid: string, root: string): string | null => {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  if (!words.includes(root)) return null;
  const program = words.find((word) => /wf0-(?:scheduler|worker)\.js$/.test(word));
  return program === undefined ? null : (words.find((word) => /^worker-\d+$/.test(word)) ?? 'scheduler');
};

const look = (root: string): readonly Sample[] =>
  readdirSync('/proc').flatMap((pid): Sample[] => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const role = roleOf(pid, root);
      if (role === null) return [];
      const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
      return [{ role, memory, files: readdirSync(`/proc/${pid}/fd`).length }];
    } catch {
      return []; // It ended meanwhile.
    }
  });

const place = makePlace({
  repository: false,
  config: { workflows: { wf: { worktree: false, stages: [{ name: 'run', run: ['true'] }] } } },
  works: flat(works),
});
const samples: (readonly Sample[])[] = [];
const program = join(project, 'dist', 'run', 'bin', 'wf0-batch.js');
const run = spawn(
  process.execPath,
  [program, 'start', '--follow', '--yes', '--engine', 'process', '--parallel', '2', '--json'],
  { cwd: place.root, env: place.env, stdio: 'ignore' },
);
const timer = setInterval(() => samples.push(look(place.root)), 500);
const code = await new Promise<number | null>((resolve) => run.on('close', resolve));
clearInterval(timer);
if (code !== 0) throw new Error(`the batch ended with ${code}`);

const isFlat = ['scheduler', 'worker-1', 'worker-2'].map((role) => {
  // A child has its parent's command line until it executes its own: the largest is the parent.
  const all = samples.flatMap((sample) => {
    const [first, ...rest] = sample.filter((each) => each.role === role);
    return first === undefined ? [] : [rest.reduce((most, each) => (each.memory > most.memory ? each : most), first)];
  });
  // The beginning is the heap finding its size.
  const settled = all.slice(Math.floor(all.length / 5));
  const third = Math.max(1, Math.floor(settled.length / 3));
  const [early, late] = [settled.slice(0, third), settled.slice(-third)];
  const memory = [early, late].map((part) => median(part.map((each) => each.memory))) as [number, number];
  const files = [early, late].map((part) => Math.min(...part.map((each) => each.files))) as [number, number];
  const noise = Math.max(...early.map((each) => each.memory)) - Math.min(...early.map((each) => each.memory));
  console.log(
    `${role}: memory ${memory[0].toFixed(0)} → ${memory[1].toFixed(0)} MB (noise ${noise.toFixed(0)}), open files ${files[0]} → ${files[1]} (${all.length} looks)`,
  );
  return memory[1] - memory[0] <= noise + memory[0] / 10 && files[1] <= files[0];
});
const batches = join(place.root, '.wf', 'batches');
const batch = join(batches, readdirSync(batches).find((each) => each !== 'latest') ?? '');
const megabytes = (file: string): string => `${(statSync(join(batch, file)).size / 1e6).toFixed(1)} MB`;
console.log(`${works} works; journal ${megabytes('journal.jsonl')}, snapshot ${megabytes('snapshot.json')}`);
place.remove();
process.exitCode = isFlat.every(Boolean) ? 0 : 1;
