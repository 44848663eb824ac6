/** Sends a signal to a process or, if `pid` is negative, to a group. False if it is gone, or not ours to signal. */
export const sendSignal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};
