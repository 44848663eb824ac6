/**
 * The category hierarchy of Tencent ML-Images: a table with a head line, one category a line, parents by their index;
 * -1 has none. Categories are synsets, and have their glosses from WordNet where that is at hand.
 */
import { Problem } from '../../../src/ports/problem.ts';
import { nearest } from '../../../src/protocol/nearest.ts';
import { sharedBytes, sharedInts, type RawTaxonomy } from './taxonomy.ts';
import { readShared, readWordNet, type WordNet } from './wordnet.ts';

const hint =
  'get data/dictionary_and_semantic_hierarchy.txt of github.com/Tencent/tencent-ml-images and name it: the variable TENCENT_HIERARCHY, or the parameter hierarchy';

/** Categories in a file: those of Tencent ML-Images are 11,166. */
const lineLimit = 1_000_000;

/** The file that a parameter or the variable names. Throws a Problem that says where to get it. */
export const hierarchyFile = (given: string | undefined): string => {
  const file = given ?? process.env['TENCENT_HIERARCHY'] ?? '';
  if (file !== '') return file;
  throw new Problem({
    what: 'the hierarchy of Tencent ML-Images does not come with this program',
    where: 'the data set tencent',
    hint,
    code: 'refused',
  });
};

interface Line {
  readonly id: string;
  readonly parent: number;
  /** Of the name in the file. */
  readonly start: number;
  readonly end: number;
}

export interface Hierarchy extends RawTaxonomy {
  /** The category that has this id or begins with this name. Throws a Problem that names near ones. */
  findRoot(root: string): number;
}

/** Index 0 is the whole, above all that have no parent; the others are one above their index in the file. */
export const readHierarchy = (file: string): Hierarchy => {
  const table = readShared(file, hint);
  const lines = readLines(table, file);
  const whole = new TextEncoder().encode('all categories');
  const names = sharedBytes(table.length + whole.length);
  names.set(table);
  names.set(whole, table.length);
  const namePlaces = sharedInts((lines.length + 1) * 2);
  namePlaces.set([table.length, names.length]);
  lines.forEach(({ start, end }, i) => namePlaces.set([start, end], (i + 1) * 2));
  const idOf = (index: number): string => lines[index - 1]?.id ?? 'all';
  return {
    names,
    namePlaces,
    nameForm: 'words',
    ...glossesOf(lines),
    edges: {
      parents: Int32Array.from(lines, ({ parent }) => parent + 1),
      children: Int32Array.from(lines, (_, i) => i + 1),
      count: lines.length,
    },
    idOf,
    file,
    findRoot: (root) => findRoot(root, { lines, table }),
  };
};

const readLines = (table: Uint8Array, file: string): readonly Line[] => {
  const decoder = new TextDecoder();
  const lines: Line[] = [];
  let number = 0;
  for (let start = 0; start < table.length;) {
    const found = table.indexOf(10, start);
    const end = found < 0 ? table.length : found;
    if (number > 0 && end > start)
      lines.push(readLine(decoder.decode(table.slice(start, end)), { start, number, file, index: lines.length }));
    number++;
    if (lines.length > lineLimit) throw wrong(file, number, `more than ${lineLimit.toLocaleString('en')} categories`);
    start = end + 1;
  }
  if (lines.length === 0) throw wrong(file, 1, 'no categories');
  lines.forEach(({ parent }, i) => {
    if (parent >= lines.length)
      throw wrong(file, i + 2, `the parent ${parent}, and the last category is ${lines.length - 1}`);
  });
  return lines;
};

interface Where {
  readonly start: number;
  readonly number: number;
  readonly file: string;
  readonly index: number;
}

const readLine = (text: string, { start, number, file, index }: Where): Line => {
  const [own = '', id = '', parent = '', ...name] = text.replace(/\r$/, '').split('\t');
  if (name.length !== 1 || name[0] === '')
    throw wrong(file, number + 1, 'not four columns: index, id, index of the parent, name');
  if (own !== String(index))
    throw wrong(file, number + 1, `the index ${JSON.stringify(own.slice(0, 20))} where ${index} is next`);
  if (!/^(?:-1|\d{1,9})$/.test(parent))
    throw wrong(file, number + 1, `the parent ${JSON.stringify(parent.slice(0, 20))}, which is no index`);
  const length = Buffer.byteLength(name[0] as string);
  const nameStart = start + Buffer.byteLength(`${own}\t${id}\t${parent}\t`);
  return { id, parent: Number(parent), start: nameStart, end: nameStart + length };
};

const wrong = (file: string, line: number, what: string): Problem =>
  new Problem({
    what: `this hierarchy cannot be used: it has ${what}`,
    where: `${file}:${line}`,
    hint,
    code: 'refused',
  });

const glossesOf = (lines: readonly Line[]): Pick<RawTaxonomy, 'glosses' | 'glossPlaces'> => {
  const glossPlaces = sharedInts((lines.length + 1) * 2);
  const wordNet = wordNetIfThere();
  if (wordNet === null) return { glosses: sharedBytes(0), glossPlaces };
  lines.forEach(({ id }, i) => {
    const index = wordNet.indexOf(id);
    if (index >= 0) glossPlaces.set(wordNet.glossPlaces.subarray(index * 2, index * 2 + 2), (i + 1) * 2);
  });
  return { glosses: wordNet.glosses, glossPlaces };
};

/** Without it names alone say what categories mean. */
const wordNetIfThere = (): WordNet | null => {
  try {
    return readWordNet();
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
};

const findRoot = (
  root: string,
  { lines, table }: { readonly lines: readonly Line[]; readonly table: Uint8Array },
): number => {
  const byId = lines.findIndex(({ id }) => id === root);
  if (byId >= 0) return byId + 1;
  const decoder = new TextDecoder();
  const names = lines.map(({ start, end }) => decoder.decode(table.slice(start, end)).split(',')[0] ?? '');
  const near = names.includes(root) ? root : nearest(root, names);
  throw new Problem({
    what: `${JSON.stringify(root.slice(0, 80))} is no category of this hierarchy`,
    where: 'the root of this entry',
    hint:
      near === null
        ? 'write the id of one, such as n00015388 (animal), or all'
        : `did you mean ${lines[names.indexOf(near)]?.id ?? ''} (${near})?`,
    code: 'refused',
  });
};
