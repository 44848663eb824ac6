/** A number of turns, taken and given back in the order of asking. */
export interface Turns {
  /** Resolves when one of the turns is free. */
  take(): Promise<void>;
  give(): void;
}

export const makeTurns = (count: number): Turns => {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    take: () => {
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
};
