/**
 * The terminal while the panel has it: the alternate screen, no cursor, no wrapping, keys as they are typed.
 *
 *     closed ──open──► ours ──leave──► lent ──take──► ours ──close──► closed
 *
 * What it changes it changes back: by `close`, by `leave` for as long as somebody else has the terminal, and at any end
 * of the process short of SIGKILL.
 */
import type { Display } from '../ports/display.ts';
import { makeDiffer } from './differ.ts';
import { decodeKeys, decodeRest, type Key } from './keys.ts';

const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const restore = '\u001b[?2026l\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';

/** A lone Esc is told from the beginning of an arrow key by the time that passes; over ssh the rest may lag. */
const escapeMs = 60;

export interface Terminal {
  size(): { readonly columns: number; readonly rows: number };
  draw(frame: readonly string[]): void;
  /** Gives the terminal to somebody else until the promise settles. */
  lend<T>(body: () => Promise<T>): Promise<T>;
  /** As Ctrl+Z does at a shell. */
  suspend(): Promise<void>;
  /** The next frame is written whole. */
  redraw(): void;
  close(): void;
}

export interface TerminalListener {
  onKey(key: Key): void;
  onResize(): void;
}

export const openTerminal = (display: Display, listener: TerminalListener): Terminal => {
  const differ = makeDiffer();
  let isOurs = false;
  let giveBack: readonly (() => void)[] = [];
  const take = (): void => {
    differ.forget();
    isOurs = true;
    giveBack = [display.atExit(restore), display.onInput(readKeys(listener)), display.onResize(resized)];
    display.write(enter);
  };
  const resized = (): void => {
    differ.forget();
    listener.onResize();
  };
  const leave = (): void => {
    if (!isOurs) return;
    isOurs = false;
    display.write(restore);
    for (const each of giveBack) each();
  };
  const lend = async <T>(body: () => Promise<T>): Promise<T> => {
    leave();
    try {
      return await body();
    } finally {
      take();
      listener.onResize();
    }
  };
  take();
  return {
    size: display.size,
    draw: (frame) => {
      const bytes = isOurs ? differ.update(frame) : '';
      if (bytes !== '') display.write(bytes);
    },
    lend,
    suspend: () => lend(() => display.suspend()),
    redraw: differ.forget,
    close: leave,
  };
};

const readKeys = ({ onKey }: TerminalListener): ((data: Uint8Array) => void) => {
  const decoder = new TextDecoder();
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  return (data) => {
    clearTimeout(timer);
    const decoded = decodeKeys(rest + decoder.decode(data, { stream: true }));
    rest = decoded.rest;
    for (const key of decoded.keys) onKey(key);
    if (rest === '') return;
    timer = setTimeout(() => {
      const keys = decodeRest(rest);
      rest = '';
      for (const key of keys) onKey(key);
    }, escapeMs);
  };
};
