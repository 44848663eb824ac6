/** Lists of works as schedules: the whole command beside bare reading and parsing of the same files, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, mustSucceed, project, timeMs } from './ground.ts';

interface Case {
  readonly name: string;
  readonly source: string;
  readonly works: number;
  make(folder: string): void;
  /** A program that reads and parses the same files and does nothing else. */
  readonly bare: string;
}

const yaml = JSON.stringify(join(project, 'node_modules', 'yaml', 'dist', 'index.js'));

const cases: readonly Case[] = [
  {
    name: '2,000 task files',
    source: 'md=tasks',
    works: 2000,
    make: (folder) => {
      mkdirSync(join(folder, 'tasks'));
      for (let i = 0; i < 2000; i++) {
        const needs = i % 10 === 0 ? '[]' : `[${String(i - 1).padStart(4, '0')}]`;
        const text = `---\ndepends_on: ${needs}\ngroup: g${i % 7}\npriority: ${(i % 3) + 1}\n---\n# Task ${i}\n\nDo this, then that. It depends on nothing else.\n`;
        writeFileSync(join(folder, 'tasks', `${String(i).padStart(4, '0')}-task.md`), text);
      }
    },
    bare: `const {readdirSync,readFileSync}=require('fs');const {parse}=require(${yaml});for(const n of readdirSync('tasks'))parse(readFileSync('tasks/'+n,'utf8').split('---')[1])`,
  },
  {
    name: 'a manifest of 5,000 entries',
    source: 'manifest=tasks.yaml',
    works: 5000,
    make: (folder) => {
      const entries = Array.from(
        { length: 5000 },
        (_, i) => `  - dataset: set-${i % 7}\n    root: animal.n.${i}\n    preset: smart\n`,
      );
      writeFileSync(join(folder, 'tasks.yaml'), `run: make "$WF_PARAM_ROOT"\ntasks:\n${entries.join('')}`);
    },
    bare: `require(${yaml}).parse(require('fs').readFileSync('tasks.yaml','utf8'))`,
  },
  {
    name: 'a catalogue of 5,000 rows with a file each',
    source: 'catalog=catalogue',
    works: 5000,
    make: (folder) => {
      mkdirSync(join(folder, 'catalogue', 'products'), { recursive: true });
      const rows = Array.from({ length: 5000 }, (_, i) => [
        `p-${i}`,
        { brand: `Brand ${i % 40}`, model: `M${i}`, variant: '', status: 'active', id: i },
      ]);
      writeFileSync(
        join(folder, 'catalogue', 'x.product_catalog.json'),
        JSON.stringify({ products: Object.fromEntries(rows) as unknown }, null, 2),
      );
      for (let i = 0; i < 5000; i++)
        writeFileSync(join(folder, 'catalogue', 'products', `p-${i}.json`), `{"productId": "p-${i}"}`);
    },
    bare: `const {readdirSync,readFileSync}=require('fs');JSON.parse(readFileSync('catalogue/x.product_catalog.json','utf8'));readdirSync('catalogue/products')`,
  },
];

/** `rounds` of each, in turn, so that both meet the same load. */
export const benchSources = (rounds: number): void => {
  for (const one of cases) {
    const folder = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
    try {
      one.make(folder);
      const schedule = join(project, 'dist', 'run', 'bin', 'wf0-schedule.js');
      const [ours, bare]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        ours.push(timeMs(() => void mustSucceed(node(folder, schedule, 'create', one.source))));
        bare.push(timeMs(() => void mustSucceed(node(folder, '-e', one.bare))));
      }
      const { works } = JSON.parse(readFileSync(join(folder, '.wf', 'schedule.json'), 'utf8')) as { works: unknown[] };
      if (works.length !== one.works) throw new Error(`${one.name}: ${works.length} works`);
      console.log(
        `${one.name}: a schedule in ${median(ours).toFixed(0)} ms; read and parsed bare ${median(bare).toFixed(0)} ms`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
};

const node = (cwd: string, ...args: readonly string[]) => spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
