/**
 * What a stage's raw output says to people: its newest lines without controls, what it is at, how far, what it has used.
 * All of it hints; the raw bytes are in the log.
 */
import type { Spent } from '../core/budget.ts';
import type { Heard, LineReader } from '../protocol/output/heard.ts';
import { isErrorLine } from '../protocol/output/plain.ts';

const keptLines = 20;
/** One line of output is shown up to this many characters. */
const lineLimit = 1000;
/** One line of output is read up to this many characters. SPEC 15. */
const readLimit = 65_536;

export interface OutputTail {
  push(chunk: Buffer): void;
  /** The output has ended. */
  end(): void;
  /** Oldest first, without empty ones. */
  lines(): readonly string[];
  /** The last line that says something; empty if none does. */
  lastLine(): string;
  /** The line that explains a failure: the newest that calls itself an error, else the last. */
  errorLine(): string;
  phase(): string | null;
  /** 0 to 1. */
  progress(): number | null;
  spent(): Spent | null;
}

/** `mask` hides secrets: before a line is cut, or a part of one could be seen at the cut. */
export const makeOutputTail = (reader: LineReader, mask: (text: string) => string = (text) => text): OutputTail => {
  const decoder = new TextDecoder();
  const progress = makeProgressReader();
  let kept: string[] = [];
  let open = '';
  let phase: string | null = null;
  let spent: Spent | null = null;
  const hear = (heard: Heard): void => {
    phase = heard.phase === undefined ? phase : mask(heard.phase).slice(0, lineLimit);
    spent = heard.spent ?? spent;
    if (heard.shown !== null && heard.shown !== '') kept.push(mask(heard.shown).slice(0, lineLimit));
    if (kept.length > keptLines * 2) kept = kept.slice(-keptLines);
  };
  const lines = (): readonly string[] => {
    const last = mask(clean(open.slice(-4 * lineLimit))).slice(-lineLimit);
    return (last === '' || (reader.needsEveryLine && last.startsWith('{')) ? kept : [...kept, last]).slice(-keptLines);
  };
  const lastLine = (): string => lines().at(-1) ?? '';
  return {
    push: (chunk) => {
      const text = decoder.decode(chunk, { stream: true });
      progress.push(text);
      const parts = (open + text).split('\n');
      open = (parts.pop() ?? '').slice(-readLimit);
      for (const part of reader.needsEveryLine ? parts : parts.slice(-keptLines))
        hear(reader.line(clean(part.slice(0, readLimit))));
    },
    end: () => {
      if (open !== '') hear(reader.line(clean(open)));
      open = '';
      hear(reader.end());
    },
    lines,
    lastLine,
    errorLine: () => lines().findLast(isErrorLine) ?? lastLine(),
    phase: () => phase,
    progress: progress.value,
    spent: () => spent,
  };
};

/** OSC 9;4, by which programs tell terminals how far they are: `ESC ] 9 ; 4 ; <state> ; <percent> BEL`. */
const makeProgressReader = (): { push(text: string): void; value(): number | null } => {
  let rest = '';
  let value: number | null = null;
  return {
    push: (text) => {
      const seen = rest + text;
      for (const [, state, percent] of seen.matchAll(progressMark))
        value =
          (state === '1' || state === '2' || state === '4') && percent ? Math.min(100, Number(percent)) / 100 : null;
      // A mark may come in two pieces.
      rest = seen.slice(-16).replace(progressMark, '');
    },
    value: () => value,
  };
};

const progressMark = /\u001b\]9;4;(\d)(?:;(\d{0,3}))?(?:\u0007|\u001b\\)/g;

const controls =
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What a carriage return overwrote is not seen. */
const clean = (line: string): string => {
  let end = line.length;
  // No pattern: it would try every run of returns from each of its characters.
  while (line[end - 1] === '\r') end--;
  return line
    .slice(line.lastIndexOf('\r', end - 1) + 1, end)
    .replace(controls, '')
    .trim();
};
