/**
 * What a text means, as a direction: its words and their parts (three letters each, so that `dogs` is near `dog`) fall
 * on dimensions by their hash. Two texts are alike as the cosine of their vectors.
 */
export const dimensions = 256;

/** Words that say nothing of what they stand beside. */
const hollow = new Set(
  'a an and any are as at be by for from has have having in into is it its of on one or some such that the their they this to used usually which who with without'.split(
    ' ',
  ),
);

/** Of length 1, written to `target` from `at`; all zero for a text without words. */
export const writeVector = (text: string, target: Float32Array, at: number): void => {
  const vector = target.subarray(at, at + dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (hollow.has(word)) continue;
    add(vector, hashOf(word, 0, word.length), 2);
    for (let i = -1; i + 2 <= word.length; i++) add(vector, hashOf(word, i, i + 3), 0.5);
  }
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  if (length > 0) for (let d = 0; d < dimensions; d++) vector[d]! /= length;
};

/** Spreads a feature over some dimensions, with signs: features that meet on one rarely meet on the others. */
const add = (vector: Float32Array, hash: number, weight: number): void => {
  let state = hash;
  for (let i = 0; i < 8; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) ^ i;
    vector[(state >>> 8) & (dimensions - 1)]! += state & 1 ? weight : -weight;
  }
};

/** FNV-1a. Before and behind the text lies a space. */
const hashOf = (text: string, start: number, end: number): number => {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) {
    const code = i < 0 || i >= text.length ? 32 : text.charCodeAt(i);
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash;
};
