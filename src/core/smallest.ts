/** A binary heap of indices, the smallest key first. Keys of what is inside do not change. */
export class Smallest {
  readonly #items: number[] = [];
  readonly #key: (item: number) => number;

  constructor(key: (item: number) => number) {
    this.#key = key;
  }

  get size(): number {
    return this.#items.length;
  }

  /** Only when not empty, as `pop`. */
  get first(): number {
    return this.#items[0] as number;
  }

  push(item: number): void {
    const items = this.#items;
    let i = items.length;
    const key = this.#key(item);
    for (let up = (i - 1) >> 1; i > 0 && this.#key(items[up] as number) > key; up = (i - 1) >> 1) {
      items[i] = items[up] as number;
      i = up;
    }
    items[i] = item;
  }

  pop(): number {
    const items = this.#items;
    const first = items[0] as number;
    const last = items.pop() as number;
    if (items.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: number): void {
    const items = this.#items;
    const key = this.#key(item);
    let i = 0;
    for (let down = 1; down < items.length; down = 2 * i + 1) {
      if (down + 1 < items.length && this.#key(items[down + 1] as number) < this.#key(items[down] as number)) down++;
      if (this.#key(items[down] as number) >= key) break;
      items[i] = items[down] as number;
      i = down;
    }
    items[i] = item;
  }
}
