/** A set of small integers as bits: copying and scanning cost n/32 words, less than a push to a heap of objects. */
export class Bits {
  readonly #words: Uint32Array;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** An empty set for members from 0 to `size` - 1. */
  static empty(size: number): Bits {
    return new Bits(new Uint32Array((size + 31) >>> 5));
  }

  copy(): Bits {
    return new Bits(this.#words.slice());
  }

  has(member: number): boolean {
    return ((this.#words[member >>> 5] as number) & (1 << (member & 31))) !== 0;
  }

  set(member: number, on: boolean): void {
    const word = this.#words[member >>> 5] as number;
    const bit = 1 << (member & 31);
    this.#words[member >>> 5] = on ? word | bit : word & ~bit;
  }

  isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  /** The members, smallest first. */
  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.#words.length; i++) {
      for (let word = this.#words[i] as number; word !== 0; word &= word - 1)
        yield (i << 5) + 31 - Math.clz32(word & -word);
    }
  }
}
