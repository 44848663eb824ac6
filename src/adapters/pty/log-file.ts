import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

export interface LogFileOptions {
  readonly path: string;
  readonly limitBytes: number;
  /** Told once when the file cannot be opened or written. */
  onProblem(message: string): void;
}

/** A stage's raw output on disk. Nothing here ever throws: a full disk must not end the stage that fills it. */
export interface LogFile {
  write(chunk: Buffer): void;
  close(): void;
}

/**
 * Opens the file for appending, mode 0600, following no link. Writes are synchronous: that is the back-pressure,
 * since the terminal is not read while one lasts. Past `limitBytes` one line says so and the rest is dropped.
 * After a failed write it tries again once a second, and then says how much is missing.
 */
export const openLogFile = ({ path, limitBytes, onProblem }: LogFileOptions): LogFile => {
  let file: number | null = null;
  let size = 0;
  let missing = 0;
  let retryAt = 0;
  let isFull = false;
  let isTold = false;
  const tell = (error: unknown): void => {
    retryAt = performance.now() + retryMs;
    if (isTold) return;
    isTold = true;
    onProblem(`the log ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  };
  const put = (bytes: Buffer): boolean => {
    if (file === null) return false;
    for (let at = 0; at < bytes.length;) {
      try {
        at += writeSync(file, bytes, at);
      } catch (error) {
        missing += bytes.length - at;
        tell(error);
        return false;
      }
    }
    size += bytes.length;
    return true;
  };
  const write = (chunk: Buffer): void => {
    if (isFull || file === null) return;
    if (missing > 0) {
      if (performance.now() < retryAt) return void (missing += chunk.length);
      const count = missing;
      if (!put(noteLine(`${count} bytes of output could not be written here`)))
        return void (missing = count + chunk.length);
      missing = 0;
    }
    const room = Math.max(0, limitBytes - size);
    if (!put(chunk.subarray(0, room)) || chunk.length <= room) return;
    isFull = true;
    put(noteLine(`the log's limit of ${limitBytes} bytes is reached; the rest of the output is dropped`));
  };
  try {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
    file = openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
    size = fstatSync(file).size;
  } catch (error) {
    tell(error);
  }
  return {
    write,
    close: () => {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
};

const retryMs = 1_000;

const noteLine = (text: string): Buffer => Buffer.from(`\r\n[${text}]\r\n`);
