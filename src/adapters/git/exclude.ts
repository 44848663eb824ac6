/** The repository's own list of what is never added. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from './context.ts';

/** Appends lines that are missing, in one write; a last line without its end is ended first. */
export async function exclude(context: Context, lines: readonly string[]): Promise<void> {
  const file = join(context.commonDir, 'info', 'exclude');
  if (missingIn(await read(file), lines).length === 0) return;
  await context.lock(async () => {
    const text = await read(file);
    const missing = missingIn(text, lines);
    if (missing.length === 0) return;
    await mkdir(join(context.commonDir, 'info'), { recursive: true });
    const start = text === '' || text.endsWith('\n') ? '' : '\n';
    await appendFile(file, `${start}${missing.join('\n')}\n`);
  });
}

const missingIn = (text: string, lines: readonly string[]): readonly string[] => {
  const present = new Set(text.split('\n').map((line) => line.trimEnd()));
  return [...new Set(lines)].filter((line) => !present.has(line));
};

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
