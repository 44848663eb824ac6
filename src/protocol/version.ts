/** The versions of state files. */
import { Problem } from '../ports/problem.ts';

/** The version of `schedule.json` and `plan.json` that this program writes, and the newest that it reads. */
export const stateVersion = 1;

/** Refuses a file of a newer version, naming both. */
export const refuseNewer = (options: {
  readonly file: string;
  readonly kind: string;
  readonly found: unknown;
}): void => {
  const found = Number.parseFloat(String(options.found));
  if (!(found >= stateVersion + 1)) return;
  throw new Problem({
    what: `this ${options.kind} is of version ${String(options.found)}, and this program knows version ${stateVersion}`,
    where: options.file,
    hint: 'use the wf0-batch that wrote it, or a newer one',
    code: 'refused',
  });
};
