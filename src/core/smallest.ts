/** A binary heap of indices, the smallest key first. Keys, by index, do not change of what is inside. */
export class Smallest {
  readonly #items: number[] = [];
  readonly #keys: Float64Array;

  constructor(keys: Float64Array) {
    this.#keys = keys;
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
    const keys = this.#keys;
    let i = items.length;
    const key = keys[item] as number;
    for (let up = (i - 1) >> 1; i > 0 && (keys[items[up] as number] as number) > key; up = (i - 1) >> 1) {
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
    const keys = this.#keys;
    const key = keys[item] as number;
    let i = 0;
    for (let down = 1; down < items.length; down = 2 * i + 1) {
      if (down + 1 < items.length && keyAt(keys, items, down + 1) < keyAt(keys, items, down)) down++;
      if (keyAt(keys, items, down) >= key) break;
      items[i] = items[down] as number;
      i = down;
    }
    items[i] = item;
  }
}

const keyAt = (keys: Float64Array, items: readonly number[], place: number): number =>
  keys[items[place] as number] as number;
