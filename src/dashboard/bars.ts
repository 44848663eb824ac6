/** Bars of progress with their words, one under the other. */
import { line, type Line } from '../view/line.ts';
import type { PanelBar } from '../view/panel.ts';
import { fitText, widthOf } from './cut.ts';

/** The share of the width that a bar takes: it keeps its length when the words behind it change theirs. */
const barShare = 0.22;
const shortestBar = 6;

/** Lines at most `width` wide; where it is narrow the words behind go first, the least wanted of them at the end. */
export const barLines = (bars: readonly PanelBar[], width: number): readonly Line[] => {
  const label = Math.min(Math.max(0, ...bars.map((bar) => widthOf(bar.label))), Math.floor(width / 3));
  const length = Math.min(Math.max(0, width - label - 2), Math.max(shortestBar, Math.floor(width * barShare)));
  const words = bars.map((bar) => wordsThatFit(bar.words, width - label - length - 4));
  return bars.map((bar, i) => {
    const full = Math.max(0, Math.min(length, Math.floor(bar.share * length)));
    return line(
      `${fitText(bar.label, label)}  `,
      ['█'.repeat(full), i === 0 ? 'good' : 'plain'],
      ['░'.repeat(length - full), 'dim'],
      `  ${words[i] ?? ''}`,
    );
  });
};

const wordsThatFit = (words: PanelBar['words'], width: number): string => {
  let shown = '';
  for (const each of words) {
    const behind = (word: string): string => (shown === '' ? word : `${shown}, ${word}`);
    const word = (typeof each === 'string' ? [each] : each).find((choice) => widthOf(behind(choice)) <= width);
    if (word === undefined) break;
    shown = behind(word);
  }
  return shown;
};
