/**
 * A set of indices, the lowest first: a bit for each, and a bit for each word that is not empty. Its lowest member is
 * found in a look at n/1024 words, where a heap compares its way down.
 */
export class Lowest {
  readonly #words: Int32Array;
  /** Bit `w` says that `#words[w]` is not 0. */
  readonly #filled: Int32Array;
  #size = 0;

  /** An empty set for members from 0 to `limit` - 1. */
  constructor(limit: number) {
    this.#words = new Int32Array((limit + 31) >>> 5);
    this.#filled = new Int32Array((this.#words.length + 31) >>> 5);
  }

  get size(): number {
    return this.#size;
  }

  /** Of one that is not in it. */
  push(member: number): void {
    const w = member >>> 5;
    this.#words[w] = (this.#words[w] as number) | (1 << (member & 31));
    this.#filled[w >>> 5] = (this.#filled[w >>> 5] as number) | (1 << (w & 31));
    this.#size++;
  }

  /** Only when not empty. */
  pop(): number {
    let f = 0;
    while (this.#filled[f] === 0) f++;
    const w = (f << 5) + lowestBit(this.#filled[f] as number);
    const word = this.#words[w] as number;
    const rest = word & (word - 1);
    this.#words[w] = rest;
    if (rest === 0) this.#filled[f] = (this.#filled[f] as number) & ~(1 << (w & 31));
    this.#size--;
    return (w << 5) + lowestBit(word);
  }
}

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);
