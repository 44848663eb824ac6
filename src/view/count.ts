/** Counts as people read them. */
import { line, type Line, type Style } from './line.ts';
import { marks, styles } from './mark.ts';
import type { Counts, ShownState } from './work.ts';

/** `12,345`. */
export const formatCount = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 work`, `2 works`, `10,000 works`. */
export const count = (n: number, noun: string): string => `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`;

const order: readonly ShownState[] = ['completed', 'running', 'queued', 'failed', 'skipped', 'stopped'];

/** `✅ 3 completed   🔄 2 running   ⏳ 6 queued`: the first three always, the others when there are any. */
export const countsLine = (counts: Counts): Line => joined(counts, (state) => `${formatCount(counts[state])} ${state}`);

/** The same without the words, for where it is narrow. */
export const shortCountsLine = (counts: Counts): Line => joined(counts, (state) => formatCount(counts[state]));

const joined = (counts: Counts, words: (state: ShownState) => string): Line =>
  line(
    ...order
      .filter((state, i) => i < 3 || counts[state] > 0)
      .flatMap((state, i): (readonly [string, Style])[] => [
        [`${i === 0 ? '' : '   '}${marks[state]} `, 'plain'],
        [words(state), styles[state]],
      ]),
  );
