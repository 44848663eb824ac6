/** Who runs in a world, seen from outside: by the home in the environment and the words of the command line. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bystanderMark } from './world.ts';
import type { World } from './world.ts';

export interface Running {
  readonly pid: number;
  readonly role: 'scheduler' | 'restarter' | 'worker' | 'stage' | 'git' | 'command' | 'tmux' | 'bystander' | 'other';
  /** Of a stage or a process of one. */
  readonly work: string | null;
  readonly command: string;
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Live processes of a world; a tmux server is one of them. */
export const processesOf = ({ home }: Pick<World, 'home'>): readonly Running[] =>
  readdirSync('/proc').flatMap((name): Running[] => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    const variables = read(`/proc/${name}/environ`).split('\0');
    if (!variables.includes(`HOME=${home}`) || isDead(name)) return [];
    const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
    const work = variables.find((each) => each.startsWith('WF_WORK_ID='))?.slice('WF_WORK_ID='.length) ?? null;
    return [{ pid: Number(name), role: roleOf(command, variables), work, command }];
  });

const isDead = (pid: string): boolean => /^\S+ \(.*\) [ZX] /s.test(read(`/proc/${pid}/stat`));

const roleOf = (command: string, variables: readonly string[]): Running['role'] => {
  if (variables.includes(bystanderMark)) return 'bystander';
  if (/^tmux/.test(command)) return 'tmux';
  const program = /bin\/wf0-(scheduler|supervisor|worker|batch)\.js/.exec(command)?.[1];
  if (program === 'supervisor') return 'restarter';
  if (program === 'batch') return 'command';
  if (program === 'scheduler' || program === 'worker') return program;
  if (/stage\.sh (write|polish)/.test(command)) return 'stage';
  return /^(\S*\/)?git/.test(command) ? 'git' : 'other';
};

/** Pids that hold a lock of the program just now. */
export const lockHolders = ({ project }: World): readonly number[] => {
  const locks = join(project, '.wf/locks');
  return list(locks)
    .filter((name) => !name.includes('.new-'))
    .flatMap((name) => list(join(locks, name)).map((file) => join(locks, name, file)))
    .flatMap((file) => {
      const pid = /"pid":(\d+)/.exec(read(file))?.[1];
      return pid === undefined ? [] : [Number(pid)];
    });
};

const list = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** A signal to a process that may be gone; whether it was there. */
export const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};
