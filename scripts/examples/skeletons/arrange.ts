/** Siblings beside what they are like: clustered by the cosine of their vectors, and listed as the clusters lie. */
import { dimensions, writeVector } from './vectors.ts';

/** More siblings than these are arranged in parts, in their order: the cost grows with the square. */
export const partLimit = 512;

/** The order in which texts are to stand, as indices. The same texts give the same order. */
export const arrange = (texts: readonly string[]): readonly number[] => {
  const order: number[] = [];
  for (let start = 0; start < texts.length; start += partLimit) {
    const part = texts.slice(start, start + partLimit);
    order.push(...arrangePart(part).map((i) => start + i));
  }
  return order;
};

const arrangePart = (texts: readonly string[]): readonly number[] => {
  const count = texts.length;
  if (count < 3) return texts.map((_, i) => i);
  const vectors = sheet('vectors', partLimit * dimensions);
  texts.forEach((text, i) => writeVector(text, vectors, i * dimensions));
  return cluster(likenesses(vectors, count), count);
};

/**
 * Paper to reckon on, one of each kind a thread: a new one for each node would be most of its memory. As large as it may
 * have to be: the system gives memory for what is written on only.
 */
const sheets = new Map<'vectors' | 'likeness', Float32Array>();

const sheet = (kind: 'vectors' | 'likeness', length: number): Float32Array => {
  const known = sheets.get(kind);
  if (known !== undefined) return known;
  const made = new Float32Array(length);
  sheets.set(kind, made);
  return made;
};

/** So many vectors stay in the processor's nearest cache, 16 KiB, while all others pass them. */
const tile = 16;

/** The cosine of each pair, some rows at a time. */
const likenesses = (vectors: Float32Array, count: number): Float32Array => {
  const likeness = sheet('likeness', partLimit * partLimit);
  for (let start = 0; start < count; start += tile) {
    for (let i = start + 1; i < count; i++) {
      const end = Math.min(i, start + tile);
      for (let j = start; j < end; j++)
        likeness[i * count + j] = likeness[j * count + i] = cosine(vectors, i * dimensions, j * dimensions);
    }
  }
  return likeness;
};

/**
 * Of the vectors that begin at two places. A function of its own, so that it is compiled well after few calls: as a loop
 * inside another it made an object of each sum, fifteen gigabytes for all of WordNet.
 */
const cosine = (vectors: Float32Array, left: number, right: number): number => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  // Four sums: each need not wait for the one before.
  for (let k = 0; k < dimensions; k += 4) {
    a += vectors[left + k]! * vectors[right + k]!;
    b += vectors[left + k + 1]! * vectors[right + k + 1]!;
    c += vectors[left + k + 2]! * vectors[right + k + 2]!;
    d += vectors[left + k + 3]! * vectors[right + k + 3]!;
  }
  return a + b + (c + d);
};

/**
 * Average linkage by chains of nearest neighbours: two clusters that are nearest to each other become one, which is as
 * like to a third as its members are in the mean. Costs the square of `count`. The earlier cluster stays to the left.
 */
const cluster = (likeness: Float32Array, count: number): readonly number[] => {
  const members: (number[] | null)[] = Array.from({ length: count }, (_, i) => [i]);
  const chain: number[] = [];
  for (let left = count; left > 1;) {
    if (chain.length === 0) chain.push(members.findIndex((each) => each !== null));
    const last = chain.at(-1) as number;
    const before = chain.at(-2) ?? -1;
    const near = nearestTo(last, { likeness, count, members, before });
    if (near !== before) {
      chain.push(near);
      continue;
    }
    chain.length -= 2;
    join(Math.min(last, near), Math.max(last, near), { likeness, count, members });
    left--;
  }
  return members.find((each) => each !== null) ?? [];
};

interface Clusters {
  readonly likeness: Float32Array;
  readonly count: number;
  readonly members: (number[] | null)[];
}

/** The cluster before it in the chain wins where another is as near: chains end. */
const nearestTo = (
  own: number,
  { likeness, count, members, before }: Clusters & { readonly before: number },
): number => {
  let near = before;
  let best = before < 0 ? -Infinity : (likeness[own * count + before] as number);
  for (let i = 0; i < count; i++) {
    const value = likeness[own * count + i] as number;
    if (value > best && i !== own && members[i] !== null) {
      near = i;
      best = value;
    }
  }
  return near;
};

const join = (keep: number, gone: number, { likeness, count, members }: Clusters): void => {
  const [kept, lost] = [members[keep] as number[], members[gone] as number[]];
  const [a, b] = [kept.length, lost.length];
  for (let i = 0; i < count; i++) {
    if (members[i] === null || i === keep || i === gone) continue;
    const mean = (a * likeness[keep * count + i]! + b * likeness[gone * count + i]!) / (a + b);
    likeness[keep * count + i] = likeness[i * count + keep] = mean;
  }
  members[keep] = (kept[0] as number) < (lost[0] as number) ? [...kept, ...lost] : [...lost, ...kept];
  members[gone] = null;
};
