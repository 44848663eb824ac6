/** Finds out whether the fork's child could not execute its command: node-pty then prints why, and exits with 1. */
export interface StartError {
  add(chunk: Buffer): void;
  /** What the child said; null if the command did run. */
  message(exitCode: number): string | null;
}

/** For what only the system knows, such as arguments that are too long; the rest is looked at before the fork. */
export const watchStartError = (): StartError => {
  let text = '';
  let size = 0;
  return {
    add: (chunk) => {
      size += chunk.length;
      if (size <= limitBytes) text += chunk.toString('latin1');
    },
    message: (exitCode) => {
      if (exitCode !== 1 || size > limitBytes) return null;
      return /^(?:execvp\(3\)|chdir\(2\)) failed\.: ([^\r\n]+)\r\n$/.exec(text)?.[1] ?? null;
    },
  };
};

const limitBytes = 200;
