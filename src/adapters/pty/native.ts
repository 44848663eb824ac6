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

/** The compiled one first, then the one that comes with binaries. */
export const ptyModules = ['node-pty', '@lydell/node-pty'] as const;

export type PtyModule = (typeof ptyModules)[number];

/** Throws the first module's error if none loads. */
export const loadPty = (): LoadedPty => {
  let firstError: unknown = null;
  for (const name of ptyModules) {
    try {
      return loadPtyFrom(name);
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
};

/** Throws if it is not installed or has no native part for this system. */
export const loadPtyFrom = (name: PtyModule): LoadedPty => {
  const native = loadNative[name]();
  if (native === undefined) throw new Error(`${name} has no native part here`);
  return { native, helper: findHelper(name) };
};

const requireHere = createRequire(import.meta.url);
const system = `${process.platform}-${process.arch}`;

/** The second one keeps its native part to itself; it lies in a package of its own for each system, found from there. */
const loadNative: Readonly<Record<PtyModule, () => NativePty | undefined>> = {
  'node-pty': () => (requireHere('node-pty') as { readonly native?: NativePty }).native,
  '@lydell/node-pty': () =>
    createRequire(requireHere.resolve('@lydell/node-pty'))(`@lydell/node-pty-${system}/pty.node`) as NativePty,
};

const findHelper = (name: PtyModule): string => {
  if (process.platform !== 'darwin') return '';
  const folder = dirname(requireHere.resolve(`${name}/package.json`));
  const places = [
    join(folder, 'build/Release/spawn-helper'),
    join(folder, 'prebuilds', system, 'spawn-helper'),
    `${folder}-${system}/spawn-helper`,
  ];
  return places.find((place) => existsSync(place)) ?? '';
};
