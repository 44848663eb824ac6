/** The versions of state files. */
import { Problem } from '../ports/problem.ts';

/** The version of `schedule.json` and `plan.json` that this program writes, and the newest that it reads. */
export const stateVersion = 1;

/** Refuses a file of a newer version, naming both. What is neither number nor text is no version, and the file's check says so. */
export const refuseNewer = (options: {
  readonly file: string;
  readonly kind: string;
  readonly found: unknown;
}): void => {
  if (typeof options.found !== 'number' && typeof options.found !== 'string') return;
  const found = String(options.found).slice(0, 20);
  if (!(Number.parseFloat(found) >= stateVersion + 1)) return;
  throw new Problem({
    what: `this ${options.kind} is of version ${found}, and this program knows version ${stateVersion}`,
    where: options.file,
    hint: 'use the wf0-batch that wrote it, or a newer one',
    code: 'refused',
  });
};
