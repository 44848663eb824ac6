/** Durations as people write them: `<number>ms|s|m|h|d`. */

/** How a duration is written. */
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest duration: a hundred years. */
export const durationLimitMs = 100 * 365 * 86_400_000;

/** `"30m"` in whole milliseconds; null if the text is no duration or above a hundred years. `"0s"` is 0. */
export const parseDuration = (text: string): number | null => {
  const [, digits, unit] = durationPattern.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return null;
  const durationMs = Math.round(Number(digits) * (unitMs[unit] as number));
  return durationMs <= durationLimitMs ? durationMs : null;
};
