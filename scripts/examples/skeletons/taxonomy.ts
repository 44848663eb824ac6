/**
 * A taxonomy in shared memory, whatever data set it comes from: texts as the bytes of their files with places in them,
 * children as one list. Threads read it; nobody holds a copy.
 */
import { Problem } from '../../../src/ports/problem.ts';

/** What is shared. Numbers are indices of categories, from 0. */
export interface Taxonomy {
  readonly names: Uint8Array;
  /** By index: where its name begins and ends in `names`. */
  readonly namePlaces: Int32Array;
  /** How names stand there: `dog 0 domestic_dog 0`, words and their senses, or `dog, domestic dog`. */
  readonly nameForm: 'senses' | 'words';
  readonly glosses: Uint8Array;
  /** By index: where its gloss begins and ends in `glosses`; equal if it has none. */
  readonly glossPlaces: Int32Array;
  /** The children of `i` are `children[starts[i]]` to `children[starts[i + 1] - 1]`. */
  readonly starts: Int32Array;
  readonly children: Int32Array;
  /** Categories in the branch of each, itself included; one with two parents counts below both. */
  readonly weights: Int32Array;
  /** Leaves in the branch of each, counted likewise; a leaf has one. */
  readonly leaves: Int32Array;
  /** The category at which the skeleton begins. */
  readonly root: number;
}

/** A taxonomy as a data set reads it. */
export interface RawTaxonomy {
  readonly names: Uint8Array;
  readonly namePlaces: Int32Array;
  readonly nameForm: Taxonomy['nameForm'];
  readonly glosses: Uint8Array;
  readonly glossPlaces: Int32Array;
  /** Pairs of indices, parent and child, in the order of siblings. */
  readonly edges: { readonly parents: Int32Array; readonly children: Int32Array; readonly count: number };
  /** For messages. */
  idOf(index: number): string;
  /** The file, for messages. */
  readonly file: string;
}

export const sharedInts = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * 4));
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

/** Orders children by their parents and weighs the branch of `root`. Throws a Problem for a cycle, with its path. */
export const packTaxonomy = (raw: RawTaxonomy, root: number): Taxonomy => {
  const { names, namePlaces, nameForm, glosses, glossPlaces } = raw;
  const { starts, children } = orderChildren(raw);
  const weights = sharedInts(namePlaces.length / 2);
  const leaves = sharedInts(namePlaces.length / 2);
  weigh({ raw, starts, children, weights, leaves, root });
  return { names, namePlaces, nameForm, glosses, glossPlaces, starts, children, weights, leaves, root };
};

/** For a root that is above all: throws a Problem for a cycle that it does not reach, whose categories would be missed without a word. */
export const refuseLost = (raw: RawTaxonomy, { starts, children, weights, leaves }: Taxonomy): void => {
  for (let index = 0; index < weights.length; index++)
    if (weights[index] === 0) weigh({ raw, starts, children, weights, leaves, root: index });
};

const orderChildren = ({ namePlaces, edges }: RawTaxonomy): Pick<Taxonomy, 'starts' | 'children'> => {
  const size = namePlaces.length / 2;
  const starts = sharedInts(size + 1);
  for (let e = 0; e < edges.count; e++) starts[(edges.parents[e] as number) + 1]! += 1;
  for (let i = 0; i < size; i++) starts[i + 1]! += starts[i] as number;
  const next = starts.slice();
  const children = sharedInts(edges.count);
  for (let e = 0; e < edges.count; e++) children[next[edges.parents[e] as number]!++] = edges.children[e] as number;
  return { starts, children };
};

/** Branches heavier than this are as good as endless. */
const weightLimit = 10_000_000;

interface Weighing extends Pick<Taxonomy, 'starts' | 'children' | 'weights' | 'leaves' | 'root'> {
  readonly raw: RawTaxonomy;
}

/** Depth first without recursion: a hierarchy may be one long chain. */
const weigh = ({ raw, starts, children, weights, leaves, root }: Weighing): void => {
  const path = [root];
  const places = [starts[root] as number];
  const isOnPath = new Uint8Array(weights.length);
  isOnPath[root] = 1;
  while (path.length > 0) {
    const node = path.at(-1) as number;
    const place = places.at(-1) as number;
    if (place < (starts[node + 1] as number)) {
      places[places.length - 1] = place + 1;
      const child = children[place] as number;
      if (isOnPath[child] === 1) throw cycle(raw, [...path.slice(path.indexOf(child)), child]);
      if (weights[child] !== 0) continue;
      isOnPath[child] = 1;
      path.push(child);
      places.push(starts[child] as number);
      continue;
    }
    const [first, end] = [starts[node] as number, starts[node + 1] as number];
    let [weight, below] = [1, first === end ? 1 : 0];
    for (let c = first; c < end; c++) {
      weight += weights[children[c] as number] as number;
      below += leaves[children[c] as number] as number;
    }
    weights[node] = Math.min(weight, weightLimit);
    leaves[node] = Math.min(below, weightLimit);
    isOnPath[node] = 0;
    path.pop();
    places.pop();
  }
};

const cycle = ({ idOf, file }: RawTaxonomy, path: readonly number[]): Problem => {
  const ids = path.map(idOf);
  const shown = ids.length > 12 ? [...ids.slice(0, 6), '…', ...ids.slice(-5)] : ids;
  return new Problem({
    what: `the hierarchy has a cycle: ${shown.join(' -> ')}`,
    where: file,
    hint: 'take one of these parents out, or get the file again',
    code: 'refused',
  });
};

/** Reads texts where they lie: `TextDecoder` takes no shared memory, and would be given a copy of each. */
const textAt = (bytes: Uint8Array, places: Int32Array, index: number): string =>
  readerOf(bytes).toString('utf8', places[index * 2], places[index * 2 + 1]);

const readers = new WeakMap<Uint8Array, Buffer>();

const readerOf = (bytes: Uint8Array): Buffer => {
  const known = readers.get(bytes);
  if (known !== undefined) return known;
  const reader = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  readers.set(bytes, reader);
  return reader;
};

/** All names of a category, `dog, domestic dog, Canis familiaris`; as many as one key may hold. */
export const nameOf = ({ names, namePlaces, nameForm }: Taxonomy, index: number): string => {
  const text = textAt(names, namePlaces, index);
  const whole = nameForm === 'words' ? text : wordsOf(text);
  if (whole.length <= nameLimit) return whole;
  const cut = whole.lastIndexOf(',', nameLimit);
  return whole.slice(0, cut < 1 ? nameLimit : cut);
};

/** `dog 0 domestic_dog 0` as `dog, domestic dog`: behind each word stands one digit, in hex. */
const wordsOf = (senses: string): string =>
  senses
    .replaceAll(/ [\da-f](?: |$)/g, ', ')
    .slice(0, -2)
    .replaceAll('_', ' ');

const nameLimit = 160;

export const glossOf = ({ glosses, glossPlaces }: Taxonomy, index: number): string =>
  textAt(glosses, glossPlaces, index).trim();
