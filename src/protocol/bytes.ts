/** Sizes as people write them: `<number>B|KB|MB|GB|TB`, or `KiB`, `MiB`, …; both count by 1024. */

/** How a size is written. */
export const bytesPattern = /^(\d+(?:\.\d+)?) ?(?:([KMGT])i?)?B$/i;

/** `"1GB"` in bytes (1,073,741,824); null if the text is no size. A bare number needs its `B`. */
export const parseBytes = (text: string): number | null => {
  const match = bytesPattern.exec(text);
  if (match === null) return null;
  const power = ' KMGT'.indexOf((match[2] ?? ' ').toUpperCase());
  const bytes = Math.round(Number(match[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : null;
};
