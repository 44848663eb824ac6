/** Where the compiled code of a chunk lies, and with what it is compiled: the same when it is made and when it is read. */
import Module from 'node:module';
import type { ScriptOptions } from 'node:vm';

export const cacheOf = (chunk: string): string => `${chunk}.cache`;

/** The wrapper before the first line is not counted, so that places in traces are those of the file. */
export const optionsOf = (filename: string): ScriptOptions => ({
  filename,
  columnOffset: -(Module.wrap('').indexOf('{') + 2),
});
