/** The state that a released version left, unpacked into a repository of its own. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandLine } from './command-line.ts';

/** What stands in a fixture for what differs from machine to machine. */
export const placeholders = {
  root: '@ROOT@',
  /** The hash of a plan, by the plan's file below `.wf`. */
  hash: (file: string): string => `@HASH:${file}@`,
};

const fixtures = fileURLToPath(
  new URL(import.meta.url.endsWith('.js') ? '../../../test/fixtures/' : '../fixtures/', import.meta.url),
);

/** `0.1.0`, …: the released versions of which a state is kept. */
export const keptVersions = (): readonly string[] =>
  readdirSync(fixtures).flatMap((name) => (name.startsWith('state-') ? [name.slice('state-'.length)] : []));

/** Puts the state, the task files and the refs of a version into the sandbox's project. */
export const unpackState = async (line: CommandLine, version: string): Promise<void> => {
  const fixture = join(fixtures, `state-${version}`);
  await line.git(line.project, 'fetch', '-q', '--update-head-ok', join(fixture, 'repository.bundle'), '+refs/*:refs/*');
  cpSync(join(fixture, 'tasks'), join(line.project, 'tasks'), { recursive: true });
  for (const [name, text] of stateTexts(version, line.project)) {
    const file = join(line.project, '.wf', name);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
  }
};

/** By their names below `.wf`, the files of a version's state as they would be if it had run in `root`. */
export const stateTexts = (version: string, root: string): ReadonlyMap<string, string> => {
  const state = join(fixtures, `state-${version}`, 'state');
  const raw = new Map(
    readdirSync(state, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(state.length + 1), readFileSync(file, 'utf8').replaceAll(placeholders.root, root)]),
  );
  const hashes = [...raw].flatMap(([name, text]) => {
    const placeholder = placeholders.hash(name);
    return text.includes(placeholder) ? [[placeholder, releasedHash(text)] as const] : [];
  });
  return new Map(
    [...raw].map(([name, text]) => [name, hashes.reduce((done, [from, to]) => done.replaceAll(from, to), text)]),
  );
};

/** The hash of a plan as 0.1.0 made it, written a second time: a change of ours must not make old plans look changed. */
const releasedHash = (text: string): string => {
  const { plan_hash: _hash, batch_run_id: _id, created_at: _at, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return createHash('sha256').update(sorted(rest)).digest('hex');
};

const sorted = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${sorted(each)}`).join(',')}}`;
};
