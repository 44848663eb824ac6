/**
 * Hands an environment over to a new process: a file of mode 0600 that is read once and removed. Arguments and
 * `tmux -e` would stay visible to every user of the machine, and tmux takes no more than 16 KB.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The variables of all stages, and of single ones by workflow and stage. */
export interface HandedEnvironment {
  readonly all: Readonly<Record<string, string>>;
  readonly stages: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

/** Writes the file; the path is for the new process's arguments. */
export const handOver = (directory: string, environment: HandedEnvironment): string => {
  const file = join(directory, `env-${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(environment), { mode: 0o600, flag: 'wx' });
  return file;
};

/** Reads and removes it. Throws if it is not there, not ours, or open to others. */
export const takeOver = (file: string): HandedEnvironment => {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { uid, mode } = fstatSync(handle);
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new Error(`${file} is not private to this user`);
    return JSON.parse(readFileSync(handle, 'utf8')) as HandedEnvironment;
  } finally {
    closeSync(handle);
    unlinkSync(file);
  }
};

/** Removes all that was handed over in this folder and not taken. */
export const forgetUntaken = (directory: string): void => {
  for (const name of readdirSync(directory))
    if (/^env-[0-9a-f-]{36}\.json$/.test(name)) rmSync(join(directory, name), { force: true });
};

/** Makes an environment this process's own, in place of the one that tmux gave it. */
export const adopt = ({ all }: HandedEnvironment): void => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, all);
};
