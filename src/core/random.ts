/** Chance for simulations: a number of a place, so that what happens at one place does not move the others. */

/** Chance at a place in a row: uniform in (0, 1), always the same for the same row and place. */
export type Random = (row: number, place: number) => number;

/** The finaliser of MurmurHash3 over seed, row and place. */
export const makeRandom = (seed: number): Random => {
  const base = mix(seed);
  return (row, place) => (mix(mix(base + row) + Math.imul(place, 0x9e3779b1)) + 0.5) / 4_294_967_296;
};

const mix = (value: number): number => {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};
