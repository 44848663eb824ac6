/** How far a walk is: two numbers in memory that all threads share. */

export interface TreeProgress {
  /** Nodes that have ended. */
  done(): number;
  /** Nodes that were found so far, or that there are, if that is known from the start. */
  known(): number;
  addDone(): void;
  addKnown(count: number): void;
}

const [doneAt, knownAt] = [0, 1];

export const makeProgressMemory = (): SharedArrayBuffer => new SharedArrayBuffer(8);

export const makeProgress = (memory: SharedArrayBuffer): TreeProgress => {
  const numbers = new Int32Array(memory);
  return {
    done: () => Atomics.load(numbers, doneAt),
    known: () => Math.max(Atomics.load(numbers, knownAt), Atomics.load(numbers, doneAt)),
    addDone: () => void Atomics.add(numbers, doneAt, 1),
    addKnown: (count) => void Atomics.add(numbers, knownAt, count),
  };
};
