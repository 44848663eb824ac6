/**
 * One process under a pseudo-terminal: node-pty's fork, with a reader of our own.
 *
 * What it does: the slave side is opened in the same tick as the fork, and held. So the terminal is never hung up
 * while the stage's output is under way; libuv takes a hang-up for the end and drops what it has not read (with
 * node-pty's own reader 482 of 500 runs that print 1 MB lost some). When the exit is told, the master is read until
 * it would block, and only then closed: on Linux that read first waits for what the kernel has under way.
 *
 * What it refuses: to wait for background children. They may hold the terminal for hours; what they write after
 * the exit is not read, beyond 256 KiB.
 *
 * Rejected: openpty and child_process with a helper that takes the terminal (`sh -c`, `setsid -c`). It is as fast
 * (1.6 ms against 1.5 for `true`), but Node tells an end by a real-time signal as exit code 0, sh changes the
 * environment, and the stage inherits the master. A shell that writes the status talks into the output.
 *
 * Known: the master of forkpty is not close-on-exec, so a program that is started while a stage runs inherits it.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { TerminalRun } from '../../ports/terminal.ts';
import type { LoadedPty } from './native.ts';

export interface DeviceOptions extends Pick<TerminalRun, 'argv' | 'cwd' | 'env' | 'size'> {
  readonly pty: LoadedPty;
  /** The bytes are the receiver's. */
  onOutput(chunk: Buffer): void;
  /** Called once, later than the return, after the last output. Code and signal as waitpid has them; one is 0. */
  onExit(code: number, signal: number): void;
}

export interface TerminalDevice {
  readonly pid: number;
  /** Descriptor of the master, non-blocking. */
  readonly master: number;
  /** Path of the slave. */
  readonly path: string;
  isOpen(): boolean;
  /** Gives the terminal up. `onExit` closes it by itself. */
  close(): void;
}

/** Starts the process. Throws if the system gives no terminal or process. */
export const openDevice = ({ pty, argv, cwd, env, size, onOutput, onExit }: DeviceOptions): TerminalDevice => {
  const [file, ...args] = argv;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const {
    fd,
    pid,
    pty: path,
  } = pty.native.fork(file, args, variables, cwd, size.columns, size.rows, -1, -1, true, pty.helper, (code, signal) => {
    if (isClosed) return;
    drain(fd, onOutput);
    close();
    onExit(code, signal);
  });
  const slave = holdSlave(path);
  const reader = readMaster(fd, onOutput);
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    reader.destroy();
    if (slave !== null) closeSync(slave);
  };
  return { pid, master: fd, path, isOpen: () => !isClosed, close };
};

/** Null if it cannot be opened; then the kernel's own buffer is all that keeps the last output. */
const holdSlave = (path: string): number | null => {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
};

/** `onread` gives each read at once and keeps nothing, so that `drain` may read the same descriptor. */
const readMaster = (fd: number, onOutput: (chunk: Buffer) => void): ReadStream => {
  const onread = {
    buffer: Buffer.allocUnsafe(64 * 1024),
    callback: (count: number, buffer: Uint8Array): boolean => {
      onOutput(Buffer.from(buffer.subarray(0, count)));
      return true;
    },
  };
  const stream = new ReadStream(fd, { onread } as ConstructorParameters<typeof ReadStream>[1]);
  // EIO, where a system hangs up although the slave is held: the exit is told all the same.
  stream.on('error', () => undefined);
  stream.resume();
  return stream;
};

/** More than a kernel holds (Linux: 68 KiB); a background child that floods must not keep us here. */
const drainLimitBytes = 256 * 1024;

const drain = (fd: number, onOutput: (chunk: Buffer) => void): void => {
  const buffer = Buffer.allocUnsafe(64 * 1024);
  try {
    for (let total = 0; total < drainLimitBytes;) {
      const count = readSync(fd, buffer);
      if (count === 0) return;
      total += count;
      onOutput(Buffer.from(buffer.subarray(0, count)));
    }
  } catch {
    // EAGAIN: nothing is left. EIO, EBADF: nothing will come.
  }
};
