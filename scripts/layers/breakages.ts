/** Ways to break each rule on purpose, laid over the real sources in memory, and twins that must stay allowed. */
import type { RuleName } from './check.ts';

/** Files laid over the sources, and what the check must then say of the first of them; null: nothing. */
export interface Breakage {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: RuleName | null;
  /** A package that package.json does not have for this check. */
  readonly withoutPackage?: string;
}

const target = (path: string): string => `export const value = '${path}';\nexport type Value = string;\n`;

/** A file `from` that imports a value of a file `to`. */
const arrow = (from: string, to: string): Breakage => ({
  title: `${from} imports ${to}`,
  files: { [from]: `import { value } from '${up(from)}${to}';\nexport const own = value;\n`, [to]: target(to) },
  expected: 'arrow',
});

/** A file `from` that imports a value of a file `to`, of which it may have types. */
const value = (from: string, to: string): Breakage => ({
  ...arrow(from, to),
  title: `${from} imports a value of ${to}`,
  expected: 'types',
});

/** A file with this text. */
const text = (expected: RuleName | null, path: string, body: string): Breakage => ({
  title: `${path}: ${body}`,
  files: { [path]: `${body}\n` },
  expected,
});

const up = (path: string): string => '../'.repeat(path.split('/').length - 1) || './';

/** Each must turn the check red, for the reason named. */
export const breakages: readonly Breakage[] = [
  arrow('core/red.ts', 'view/red-b.ts'),
  arrow('core/red.ts', 'ports/red-b.ts'),
  arrow('core/red.ts', 'protocol/red-b.ts'),
  arrow('view/red.ts', 'ports/red-b.ts'),
  arrow('ports/red.ts', 'protocol/red-b.ts'),
  arrow('protocol/red.ts', 'client/red-b.ts'),
  arrow('adapters/red-a/one.ts', 'adapters/red-b/two.ts'),
  arrow('adapters/red-a/one.ts', 'sources/red-b/two.ts'),
  arrow('adapters/red-a/one.ts', 'client/red-b.ts'),
  arrow('sources/red-a/one.ts', 'sources/red-b/two.ts'),
  arrow('sources/red-a/one.ts', 'adapters/red-b/two.ts'),
  arrow('daemon/red.ts', 'adapters/red-b/two.ts'),
  arrow('daemon/red.ts', 'worker/red-b.ts'),
  arrow('worker/red.ts', 'daemon/red-b.ts'),
  arrow('worker/red.ts', 'tree/red-b.ts'),
  arrow('tree/red.ts', 'adapters/threads/red-b.ts'),
  arrow('tree/red.ts', 'core/red-b.ts'),
  arrow('tree/red.ts', 'protocol/red-b.ts'),
  arrow('adapters/red-a/one.ts', 'tree/red-b.ts'),
  arrow('worker/red.ts', 'view/red-b.ts'),
  arrow('client/red.ts', 'adapters/red-b/two.ts'),
  arrow('client/red.ts', 'cli/red-b.ts'),
  arrow('cli/red.ts', 'adapters/red-b/two.ts'),
  arrow('cli/red.ts', 'sources/red-b/two.ts'),
  arrow('cli/red.ts', 'compose.ts'),
  arrow('bin/red.ts', 'adapters/red-b/two.ts'),
  arrow('bin/red.ts', 'core/red-b.ts'),
  value('ports/red.ts', 'core/red-b.ts'),
  value('adapters/red-a/one.ts', 'core/red-b.ts'),
  {
    title: 'core/red.ts and core/red-b.ts import types of each other',
    files: {
      'core/red-b.ts': `import type { A } from './red.ts';\nexport type B = A | null;\n`,
      'core/red.ts': `import type { B } from './red-b.ts';\nexport type A = B | string;\n`,
    },
    expected: 'cycle',
  },
  text('folder', 'misc/red.ts', 'export const one = 1;'),
  text('missing', 'core/red.ts', `import type { X } from './nowhere.ts'; export type Y = X;`),
  text('package', 'core/red.ts', `import { z } from 'zod'; export const one = z;`),
  text('package', 'view/red.ts', `import chalk from 'chalk'; export const one = chalk;`),
  text('package', 'daemon/red.ts', `import { simpleGit } from 'simple-git'; export const one = simpleGit;`),
  text('package', 'adapters/red-a/one.ts', `import { simpleGit } from 'simple-git'; export const one = simpleGit;`),
  text('package', 'cli/red.ts', `export const one = await import('node-pty');`),
  text('package', 'worker/red.ts', `export type One = import('simple-git').SimpleGit;`),
  text('package', 'tree/red.ts', `import { Piscina } from 'piscina'; export const one = Piscina;`),
  {
    ...text('undeclared', 'server/red.ts', `import { Hono } from 'hono'; export const one = Hono;`),
    withoutPackage: 'hono',
  },
  arrow('web/red.tsx', 'client/red-b.ts'),
  value('web/red.tsx', 'core/red-b.ts'),
  text('package', 'web/red.tsx', `import { Hono } from 'hono'; export const one = <p>{String(Hono)}</p>;`),
  {
    title: 'web/red-b.tsx brings zod into the bundle by way of protocol/red.ts',
    files: {
      'protocol/red.ts': `import { z } from 'zod';\nexport const one = z;\n`,
      'web/red-b.tsx': `import { one } from '../protocol/red.ts';\nexport const two = one;\n`,
    },
    expected: 'bundle',
  },
  text('node', 'core/red.ts', `import { join } from 'node:path'; export const one = join;`),
  text('node', 'view/red.ts', `import { join } from 'path'; export const one = join;`),
  text('node', 'ports/red.ts', `import type { Stats } from 'node:fs'; export type One = Stats;`),
  text('node', 'protocol/red.ts', `import { readFileSync } from 'node:fs'; export const one = readFileSync;`),
  text('node', 'worker/red.ts', `import { spawn } from 'node:child_process'; export const one = spawn;`),
  text('node', 'daemon/red.ts', `import { readFile } from 'node:fs/promises'; export const one = readFile;`),
  text('node', 'tree/red.ts', `import { Worker } from 'node:worker_threads'; export const one = Worker;`),
  text('node', 'client/red.ts', `export { readFileSync } from 'node:fs';`),
  text('node', 'cli/red.ts', `export const one = await import('node:child_process');`),
  text('node', 'bin/red.ts', `import { readFileSync } from 'node:fs'; export const one = readFileSync;`),
  text('node', 'compose.ts', `import { readFileSync } from 'node:fs'; export const one = readFileSync;`),
  text('computed', 'worker/red.ts', `export const one = (name: string) => import(name);`),
  text('global', 'core/red.ts', 'export const one = () => Date.now();'),
  text('global', 'core/red.ts', 'export const one = (d: Date) => d;'),
  text('global', 'core/red.ts', 'export const one = () => Math.random();'),
  text('global', 'core/red.ts', 'const { random } = Math; export const one = random;'),
  text('global', 'core/red.ts', 'export const one = process.pid;'),
  text('global', 'core/red.ts', 'export const one = { process };'),
  text('global', 'view/red.ts', `export const one = () => console.log('x');`),
  text('global', 'view/red.ts', 'export const one = globalThis;'),
  text('global', 'core/red.ts', 'export const one = () => setTimeout(() => undefined, 1);'),
  text('async', 'core/red.ts', 'export const one = async () => 1;'),
  text('async', 'view/red.ts', 'export const one = await two; declare const two: string;'),
  text('throw', 'core/red.ts', `export const one = () => { throw new Error('x'); };`),
  text('throw', 'view/red.ts', `export const one = () => { throw 'x'; };`),
];

/** Each must leave the check as it was: a gate that is always red says nothing. */
export const allowed: readonly Breakage[] = [
  text(null, 'core/red.ts', 'export const one = (x: { process: number }) => x.process;'),
  text(null, 'core/red.ts', 'export const one = (process: number) => ({ process, Date: process });'),
  text(null, 'core/red.ts', 'export const one = Math.max(1, 2);'),
  text(null, 'core/red.ts', `import { Bug } from './red-bug.ts'; export const one = () => { throw new Bug('x'); };`),
  text(null, 'core/red.ts', `import toposort from 'toposort'; export const one = toposort;`),
  text(null, 'adapters/red-a/one.ts', `import { spawn } from 'node:child_process'; export const one = spawn;`),
  text(null, 'adapters/git/red.ts', `import { simpleGit } from 'simple-git'; export const one = simpleGit;`),
  text(null, 'adapters/threads/red.ts', `import { value } from '../../tree/red-b.ts'; export const one = value;`),
  text(null, 'adapters/red-a/one.ts', `import type { Value } from '../../core/red-b.ts'; export type One = Value;`),
  text(null, 'compose.ts', `import { value } from './adapters/red-b/two.ts'; export const one = value;`),
  text(null, 'cli/red.ts', 'export const one = process.stdout;'),
].map((twin) => ({
  ...twin,
  files: {
    ...twin.files,
    'core/red-bug.ts': 'export class Bug extends Error {}\n',
    'core/red-b.ts': target('core/red-b.ts'),
    'tree/red-b.ts': target('tree/red-b.ts'),
    'adapters/red-b/two.ts': target('adapters/red-b/two.ts'),
  },
}));
