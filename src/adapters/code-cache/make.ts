/**
 * Compiles each chunk of the bundle and keeps the result beside it, for this Node: the build does so, and so does the
 * installation of the package. Where the folder cannot be written nothing is kept, and nothing is lost.
 */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { cacheOf, optionsOf } from './format.ts';

const chunks = readdirSync(__dirname)
  .filter((name) => name.endsWith('.js'))
  .map((name) => join(__dirname, name));

// All functions at once, not each at its first call; the flag is part of what a reader compares, so it goes again.
setFlagsFromString('--no-lazy');
const scripts = chunks.map((chunk) => new Script(Module.wrap(readFileSync(chunk, 'utf8')), optionsOf(chunk)));
setFlagsFromString('--lazy');
try {
  for (const [i, chunk] of chunks.entries()) {
    const part = `${cacheOf(chunk)}.${process.pid}`;
    writeFileSync(part, scripts[i]?.createCachedData() ?? '');
    renameSync(part, cacheOf(chunk));
  }
} catch (error) {
  process.stderr.write(`compiled code is not kept: ${String(error)}\n`);
}
