/** What words of people and tools say of a work's state and urgency. */

/** Whether a status says that nothing is left to do: done, complete, completed, closed, finished, x. */
export const isDoneWord = (status: string): boolean =>
  /^(?:done|complete|completed|closed|finished|x)$/i.test(status.replace(/[^\p{L}\p{N} _-]/gu, '').trim());

/** `P1`, `1 (Major)`, `high`: 1 to 5 and beyond; P0 counts as 1. Null if it is none. */
export const readPriority = (text: string): number | null => {
  const digits = /^p?(\d{1,6})(?![\w.])/i.exec(text.trim())?.[1];
  if (digits !== undefined) return Math.max(1, Number(digits));
  return priorityWords.get(/^[a-z]+/i.exec(text.trim())?.[0].toLowerCase() ?? '') ?? null;
};

const priorityWords: ReadonlyMap<string, number> = new Map([
  ['critical', 1],
  ['urgent', 1],
  ['highest', 1],
  ['high', 2],
  ['medium', 3],
  ['normal', 3],
  ['low', 4],
  ['lowest', 5],
]);
