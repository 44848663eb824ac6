import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

export interface LogOptions {
  readonly clock: Clock;
  /** Lines are shown here, such as `process.stderr`. */
  readonly stream?: { write(text: string): unknown };
  /** Lines are appended to this file, which is made with mode 0600. */
  readonly file?: string;
  /** Takes secrets out of a message. */
  readonly mask?: (text: string) => string;
}

/**
 * A log of lines `<ISO 8601 UTC> <level> <message>`; further lines of a message are indented. Control characters
 * are taken out, so that a message cannot steer the terminal that shows it. A line that cannot be written is
 * dropped: a full disk must not end the process that reports it.
 */
export const makeLog = ({ clock, stream, file, mask = (text) => text }: LogOptions): Log => {
  const put = (level: string, message: string): void => {
    const line = `${new Date(clock.now()).toISOString()} ${level.padEnd(5)} ${asPlainText(mask(message))}\n`;
    ignoringErrors(() => stream?.write(line));
    if (file !== undefined) ignoringErrors(() => append(file, line));
  };
  return {
    info: (message) => put('info', message),
    warn: (message) => put('warn', message),
    error: (message, cause) => put('error', cause === undefined ? message : `${message}\n${describe(cause)}`),
  };
};

/** A link in the log's place is not written through. */
const appendToPlain = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

const append = (file: string, line: string): void => {
  const handle = openSync(file, appendToPlain, 0o600);
  try {
    writeSync(handle, line);
  } finally {
    closeSync(handle);
  }
};

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

const asPlainText = (text: string): string => text.trimEnd().replace(controls, '').replaceAll('\n', '\n    ');

const describe = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  const own = cause.stack ?? `${cause.name}: ${cause.message}`;
  return cause.cause === undefined ? own : `${own}\ncaused by ${describe(cause.cause)}`;
};

const ignoringErrors = (write: () => unknown): void => {
  try {
    write();
  } catch {
    // Nothing is left that it could be told to.
  }
};
