import { readFileSync } from 'node:fs';

/** Processor time that a process and its threads have used, in hundredths of a second. */
export const ticksOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
};
