/**
 * A tmux server that ends, and never does. One that was told to end while a session was being made (3.3a, 1 in 100
 * starts beside a kill-server) keeps that session and its socket, and hangs up on whoever calls: nobody sees what runs
 * in it, and no other server can begin. Told once more it ends (`server_loop` waits for the last session).
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isSameSocket } from './socket.ts';

const ENDS_WITHIN_MS = 2000;
const LOOK_MS = 20;

/**
 * Tells the server once more that listens on `socket`, if it hangs up on `call` (true: it did). One that is the same
 * process before and after hung up by itself, and does so only on its way to its end. True once it listens no more;
 * false where that cannot be known: without /proc, or if the server is another user's.
 */
export const endEndingServer = async (socket: string, call: () => Promise<boolean>): Promise<boolean> => {
  const before = findListener(socket);
  if (before === null || !(await call()) || findListener(socket) !== before) return false;
  const deadline = performance.now() + ENDS_WITHIN_MS;
  while (findListener(socket) === before) {
    if (performance.now() > deadline || !tellToEnd(before)) return false;
    await delay(LOOK_MS);
  }
  return true;
};

const tellToEnd = (pid: number): boolean => {
  try {
    process.kill(pid, 'SIGTERM');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};

/** The process that has the listening socket of that path; null if there is none that may be looked into. */
const findListener = (socket: string): number | null => {
  const inodes = listeningInodes(socket).map((inode) => `socket:[${inode}]`);
  if (inodes.length === 0) return null;
  const pids = namesIn('/proc').filter((name) => /^\d+$/.test(name));
  const holds = (pid: string): boolean =>
    namesIn(`/proc/${pid}/fd`).some((fd) => inodes.includes(linkOf(`/proc/${pid}/fd/${fd}`)));
  const found = pids.find((pid) => isTmux(pid) && holds(pid));
  return found === undefined ? null : Number(found);
};

/** `Num: RefCount Protocol Flags Type St Inode Path`; the flag is `__SO_ACCEPTCON` (`man 5 proc`). */
const LISTENING = /^\S+: \S+ \S+ 00010000 \S+ \S+ (\d+) (\/.*)$/;

const listeningInodes = (socket: string): readonly string[] =>
  textOf('/proc/net/unix')
    .split('\n')
    .flatMap((line) => {
      const [, inode = '', path = ''] = LISTENING.exec(line.replace(/ +/g, ' ')) ?? [];
      return path !== '' && isSameSocket(path, socket) ? [inode] : [];
    });

const isTmux = (pid: string): boolean => textOf(`/proc/${pid}/comm`).startsWith('tmux');

/** What cannot be read is gone, another user's, or not of this system: nothing. */
const orNothing = <T>(read: () => T, nothing: T): T => {
  try {
    return read();
  } catch {
    return nothing;
  }
};

const textOf = (path: string): string => orNothing(() => readFileSync(path, 'utf8'), '');
const linkOf = (path: string): string => orNothing(() => readlinkSync(path), '');
const namesIn = (path: string): readonly string[] => orNothing(() => readdirSync(path), []);
