import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The part of node-pty's compiled module that is used; it is beneath its public interface (version 1.1). */
export interface NativePty {
  fork(
    file: string,
    args: readonly string[],
    env: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helper: string,
    onExit: (code: number, signal: number) => void,
  ): { readonly fd: number; readonly pid: number; readonly pty: string };
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
  resize(fd: number, columns: number, rows: number): void;
}

export interface LoadedPty {
  readonly native: NativePty;
  /** The program that takes the terminal on macOS; elsewhere it is not used. */
  readonly helper: string;
}

/** The compiled one first, then the one that comes with binaries. Throws the first one's error if neither loads. */
export const loadPty = async (): Promise<LoadedPty> => {
  let firstError: unknown = null;
  for (const name of ['node-pty', '@lydell/node-pty']) {
    try {
      const { native, default: whole } = (await import(name)) as PtyModule;
      const found = native ?? whole?.native;
      if (found) return { native: found, helper: findHelper(name) };
      firstError ??= new Error(`${name} has no native part here`);
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
};

interface PtyModule {
  readonly native?: NativePty | null;
  readonly default?: { readonly native?: NativePty | null };
}

const findHelper = (name: string): string => {
  if (process.platform !== 'darwin') return '';
  const system = `${process.platform}-${process.arch}`;
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const places = [
    join(folder, 'build/Release/spawn-helper'),
    join(folder, 'prebuilds', system, 'spawn-helper'),
    `${folder}-${system}/spawn-helper`,
  ];
  return places.find((place) => existsSync(place)) ?? '';
};
