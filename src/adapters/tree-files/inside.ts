/** Files that a tree names: below the folder in which its stage runs, links followed. */
import { lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Problem } from '../../ports/problem.ts';

/** The real path of a file that is there. Throws a Problem if it is not, or lies outside. */
export const fileInside = (folder: string, path: string, what: string): string => {
  const real = realPath(resolve(folder, path));
  if (real === null || !statSync(real).isFile())
    throw new Problem({
      what: `${what} is not there: ${path}`,
      where: folder,
      hint: 'the path begins in the folder in which the stage runs; what git does not track is not in a worktree',
      code: 'refused',
    });
  if (!isInside(folder, real)) throw outside(folder, path, what);
  return real;
};

/** Where a file may be written; its folder is made. Throws a Problem if it would lie outside, or is a folder. */
export const placeInside = (folder: string, path: string, what: string): string => {
  const wanted = resolve(folder, path);
  if (!isInside(resolve(folder), wanted) || !isInside(folder, nearestReal(dirname(wanted))))
    throw outside(folder, path, what);
  mkdirSync(dirname(wanted), { recursive: true });
  const place = join(realpathSync(dirname(wanted)), basename(wanted));
  if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new Problem({ what: `${what} is a folder: ${path}`, where: folder, hint: 'name a file', code: 'refused' });
  return place;
};

const realPath = (path: string): string | null => {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
};

const nearestReal = (path: string): string => realPath(path) ?? nearestReal(dirname(path));

const isInside = (folder: string, path: string): boolean => {
  const real = realPath(folder) ?? folder;
  return path === real || path.startsWith(real.endsWith(sep) ? real : real + sep);
};

const outside = (folder: string, path: string, what: string): Problem =>
  new Problem({
    what: `${what} lies outside the folder in which the stage runs: ${path}`,
    where: folder,
    hint: 'put it there; links are followed',
    code: 'refused',
  });
