/** Who this process is and who lives, from /proc: enough for locks under test. */
import fs from 'node:fs';
import type { ProcessIdentity } from '../../src/core/event.ts';
import type { Processes } from '../../src/ports/processes.ts';

const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Identities by pid, start time and boot; a zombie does not live. */
export const makeLinuxProcesses = (): Pick<Processes, 'self' | 'isAlive'> => {
  const self: ProcessIdentity = { pid: process.pid, started: statOf(process.pid)?.started ?? '', boot };
  return {
    self: () => self,
    isAlive: (asked) => {
      const found = asked.boot === boot ? statOf(asked.pid) : null;
      return found !== null && found.started === asked.started && found.status !== 'Z' && found.status !== 'X';
    },
  };
};

const statOf = (pid: number): { readonly started: string; readonly status: string } | null => {
  try {
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { started: fields[19] ?? '', status: fields[0] ?? '' };
  } catch {
    return null;
  }
};
