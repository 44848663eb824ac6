/** The journal of the newest batch as it grows, each line with the time at which it was seen here. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** A line of a journal, as far as a run wants to know it. */
export interface Line {
  readonly seq: number;
  readonly type: string;
  readonly id?: string;
  readonly ids?: readonly string[] | null;
  readonly worker?: string;
  readonly rerun?: boolean;
  readonly actor?: string;
  readonly process?: { readonly pid: number };
}

export interface Seen {
  readonly atMs: number;
  readonly line: Line;
}

export interface Watch {
  /** Reads what is new. */
  look(): void;
  readonly seen: readonly Seen[];
  stop(): void;
}

const lookMs = 5;

/** Looks by itself every few milliseconds until it is stopped. A journal that became shorter is followed from there on. */
export const watchJournal = (project: string): Watch => {
  const seen: Seen[] = [];
  const known = new Set<string>();
  let file: string | null = null;
  let identity = '';
  let offset = 0;
  const look = (): void => {
    file ??= findJournal(project);
    if (file === null || !existsSync(file)) return;
    const fd = openSync(file, 'r');
    try {
      const { ino, size } = fstatSync(fd);
      if (`${ino}` !== identity || size < offset) [identity, offset] = [`${ino}`, 0];
      const bytes = Buffer.alloc(size - offset);
      readSync(fd, bytes, 0, bytes.length, offset);
      const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
      offset += whole.length;
      take(seen, known, whole.toString('utf8'));
    } finally {
      closeSync(fd);
    }
  };
  const timer = setInterval(look, lookMs);
  return { look, seen, stop: () => clearInterval(timer) };
};

/** Lines that were seen before (the file was read anew) are not news. */
const take = (seen: Seen[], known: Set<string>, text: string): void => {
  const atMs = performance.now();
  for (const part of text.split('\n')) {
    const line = parse(part);
    if (line === null || known.has(part)) continue;
    known.add(part);
    seen.push({ atMs, line });
  }
};

const parse = (text: string): Line | null => {
  try {
    return text === '' ? null : (JSON.parse(text) as Line);
  } catch {
    return null;
  }
};

export const findJournal = (project: string): string | null => {
  const latest = join(project, '.wf/batches/latest');
  if (!existsSync(latest)) return null;
  return join(project, '.wf/batches', readFileSync(latest, 'utf8').trim(), 'journal.jsonl');
};

/** The journal's whole lines as they are now; none while there is no batch. */
export const readLines = (project: string): readonly Line[] => {
  const file = findJournal(project);
  if (file === null || !existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((text) => parse(text) ?? []);
};
