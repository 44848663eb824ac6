/** Chance for simulations: a number of a place, so that what happens at one place does not move the others. */

/** A row of chance, by the row's number: uniform in (0, 1), always the same for the same place in it. */
export type Random = (row: number) => (place: number) => number;

/** The finaliser of MurmurHash3 over seed, row and place. */
export const makeRandom =
  (seed: number): Random =>
  (row) => {
    const from = mix(mix(seed) + row);
    return (place) => (mix(from + Math.imul(place, 0x9e3779b1)) + 0.5) / 4_294_967_296;
  };

const mix = (value: number): number => {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};
