/** Many questions, a few at a time. */

/** Answers in the order of the items; at most `limit` are asked for at once. The first rejection ends it. */
export const mapBounded = async <T, R>(
  items: readonly T[],
  limit: number,
  ask: (item: T, index: number) => Promise<R>,
): Promise<R[]> => {
  const answers: R[] = [];
  let next = 0;
  const take = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await ask(items[index] as T, index);
    }
  };
  const takers = Array.from({ length: Math.min(limit, items.length) }, take);
  try {
    await Promise.all(takers);
  } finally {
    next = items.length;
  }
  return answers;
};
