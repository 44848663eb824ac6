/** What words of people and tools say of a work's state and urgency. */

/** Whether a status says that nothing is left to do: done, complete, completed, closed, finished, x. */
export const isDoneWord = (status: string): boolean =>
  /^(?:done|complete|completed|closed|finished|x)$/i.test(status.replace(/[^\p{L}\p{N} _-]/gu, '').trim());
