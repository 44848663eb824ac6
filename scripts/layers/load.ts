/** Reads the project's sources for the layer checks. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sources } from './check.ts';

/** The project's folder, from wherever this runs: sources or `dist`. Absolute. */
export const projectFolder = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
};

/** All TypeScript below `src` and the packages that an installation brings. */
export const loadSources = (root: string): Sources => {
  const source = join(root, 'src');
  const paths = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .sort();
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  return {
    texts: new Map(paths.map((path) => [path, readFileSync(join(source, path), 'utf8')])),
    declared: new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })),
  };
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
