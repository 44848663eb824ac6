/**
 * Runs the chunks of the bundle from what the engine made of them before: compiling them anew took a third of what a
 * short command needs beside Node itself. The entries of the bundle load this file before any chunk. A cache that is not
 * there, or that another Node made, is passed over, and the chunk is compiled as ever.
 *
 * `Module.prototype._compile` is where every loader with a cache steps in; Node's own, `module.enableCompileCache`, is in
 * Node 22 and newer only, and writes while the program runs.
 */
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { cacheOf, optionsOf } from './format.ts';

type Compile = (this: NodeModule, content: string, filename: string, ...rest: readonly unknown[]) => unknown;
type Wrapped = (
  exports: unknown,
  require: NodeRequire,
  module: NodeModule,
  filename: string,
  folder: string,
) => unknown;

/** Bytes of the cache of a chunk; null if there is none. */
const readCache = (chunk: string): Buffer | null => {
  try {
    return readFileSync(cacheOf(chunk));
  } catch {
    return null;
  }
};

const prototype = Module.prototype as unknown as { _compile: Compile };
const compile = prototype._compile;
prototype._compile = function (content, filename, ...rest) {
  const cachedData = dirname(filename) === __dirname ? readCache(filename) : null;
  if (cachedData === null) return compile.call(this, content, filename, ...rest);
  const run = new Script(Module.wrap(content), { ...optionsOf(filename), cachedData }).runInThisContext() as Wrapped;
  return run.call(this.exports, this.exports, createRequire(filename), this, filename, __dirname);
};
