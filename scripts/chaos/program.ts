/** The program under test: a copy of what was built, its fault points armed, with at most one bug planted. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../layers/load.ts';

/** A text of a compiled file and what stands there instead. */
export interface Patch {
  /** Below `src`, without its ending. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Program {
  readonly folder: string;
  /** Path of a program by its name: `wf0-batch`. */
  entry(name: string): string;
  remove(): void;
}

/** Copies the build. Throws if a patch does not find its text exactly once: a bug that is not planted proves nothing. */
export const copyProgram = (patches: readonly Patch[] = []): Program => {
  const root = projectFolder();
  const folder = mkdtempSync(join(tmpdir(), 'wf0-chaos-program-'));
  cpSync(join(root, 'dist/src'), join(folder, 'dist/src'), { recursive: true });
  for (const name of ['package.json', 'config.json']) cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const armed = join(root, 'dist/scripts/chaos/armed/fault-point.js');
  cpSync(armed, join(folder, 'dist/src/ports/fault-point.js'));
  for (const patch of patches) plant(folder, patch);
  return {
    folder,
    entry: (name) => join(folder, 'dist/src/bin', `${name}.js`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const plant = (folder: string, { file, from, to }: Patch): void => {
  const path = join(folder, 'dist/src', `${file}.js`);
  const text = readFileSync(path, 'utf8');
  const count = text.split(from).length - 1;
  if (count !== 1) throw new Error(`${file}: the text to break is there ${count} times, not once: ${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
};
