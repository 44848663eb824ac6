/** Files that ship with the program for a person to edit: prompts and skills. */
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ShippedFile } from '../../ports/shipped.ts';

/** Every Markdown file below a folder, in the order of their paths. */
export const readPackageFiles = async (folder: string): Promise<readonly ShippedFile[]> => {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md')).sort();
  return Promise.all(
    names.map(async (name) => ({
      path: name.split(sep).join('/'),
      text: await readFile(join(folder, name), 'utf8'),
    })),
  );
};
