/** A folder with files, for tests of sources, and what reading them says. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { Problem } from '../../src/ports/problem.ts';

/** Removed after the test. */
export const makeFolder = async (t: TestContext, files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'wf-source-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
};

/** The three lines of the refusal; fails if there is none. */
export const refusal = async (body: () => Promise<unknown>): Promise<readonly [string, string, string]> => {
  try {
    await body();
  } catch (error) {
    if (error instanceof Problem) return [error.what, error.where, error.hint];
    throw error;
  }
  throw new Error('nothing was refused');
};

/** By id, what each work waits for. */
export const dependenciesOf = (
  works: readonly { readonly id: string; readonly dependencies: readonly string[] }[],
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(works.map(({ id, dependencies }) => [id, dependencies]));
