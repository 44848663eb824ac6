/** Priorities as people write them. */

/** `P1`, `1 (Major)`, `high`: 1 to 5 and beyond; P0 counts as 1. Null if it is none. */
export const readPriority = (text: string): number | null => {
  const digits = /^p?(\d{1,6})(?![\w.])/i.exec(text.trim())?.[1];
  if (digits !== undefined) return Math.max(1, Number(digits));
  return priorityWords.get(/^[a-z]+/i.exec(text.trim())?.[0].toLowerCase() ?? '') ?? null;
};

const priorityWords: ReadonlyMap<string, number> = new Map([
  ['blocker', 1],
  ['critical', 1],
  ['urgent', 1],
  ['highest', 1],
  ['high', 2],
  ['major', 2],
  ['medium', 3],
  ['normal', 3],
  ['low', 4],
  ['minor', 4],
  ['lowest', 5],
  ['trivial', 5],
]);

/** The priority that labels such as `P1`, `priority:high`, `prio/2` or `urgent` give; the most urgent one counts. */
export const priorityOfLabels = (labels: readonly string[]): number | null => {
  const found = labels.flatMap((label) => {
    const named = /^(?:priority|prio|severity)\s*[:/= _-]\s*(.+)$/i.exec(label.trim())?.[1];
    const plain = /^(?:p\d|urgent|critical|blocker)$/i.test(label.trim()) ? label : '';
    return readPriority(named ?? plain) ?? [];
  });
  return found.length === 0 ? null : Math.min(...found);
};
