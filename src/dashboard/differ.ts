/** Writes of a frame only the lines that differ from what the terminal shows, in one synchronized update. */

const escape = '\u001b[';
const begin = `${escape}?2026h`;
const end = `${escape}?2026l`;

export interface Differ {
  /** What must be written so that the terminal shows this frame; empty if it does already. */
  update(frame: readonly string[]): string;
  /** The terminal shows something else: the next update writes everything. */
  forget(): void;
}

/** `frame`: a text for every row of the window. The cursor is hidden, and lines do not wrap. */
export const makeDiffer = (): Differ => {
  let shown: readonly string[] | null = null;
  return {
    update: (frame) => {
      const before = shown;
      shown = frame;
      const changed = frame.flatMap((text, i) =>
        before?.[i] === text ? [] : [`${escape}${i + 1};1H${escape}2K${text}`],
      );
      const isWhole = before === null || before.length !== frame.length;
      if (changed.length === 0 && !isWhole) return '';
      return `${begin}${isWhole ? `${escape}2J` : ''}${(isWhole ? whole(frame) : changed).join('')}${end}`;
    },
    forget: () => {
      shown = null;
    },
  };
};

const whole = (frame: readonly string[]): readonly string[] => frame.map((text, i) => `${escape}${i + 1};1H${text}`);
