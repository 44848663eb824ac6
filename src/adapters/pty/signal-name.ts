import { constants } from 'node:os';

/** The name of a signal's number: `SIGKILL`; of a real-time one `SIGRTMIN+n`; else `SIG<n>`. */
export const signalName = (number: number): string => {
  const known = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  if (known !== undefined) return known;
  if (process.platform !== 'linux' || number < firstRealTime) return `SIG${number}`;
  return number === firstRealTime ? 'SIGRTMIN' : `SIGRTMIN+${number - firstRealTime}`;
};

/** As glibc counts: it keeps 32 and 33 for itself. */
const firstRealTime = 34;
