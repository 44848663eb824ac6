/** The entries of a manifest: `tasks`, `jobs` and `matrix`, each over the defaults, in the order of the file. */
import { nearest } from '../../protocol/nearest.ts';
import { readMatrix } from './matrix.ts';
import type { Matrix } from './matrix.ts';
import type { Field, MapNode, Refuse, Tree } from './tree.ts';
import { asWritten } from './values.ts';

export interface RawEntry {
  /** What the entry, its matrix and the defaults say; the nearest wins. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Names of fields that are its own: neither defaults nor a base for all. Made ids are made of them. */
  readonly own: readonly string[];
  /** Values of axes, as written: they tell entries of one matrix apart. */
  readonly axes: readonly string[];
  /** Its name in a `jobs` map. */
  readonly key: string | null;
  readonly offset: number;
}

/** Names that a manifest has at its top. */
export const topNames = [
  'tasks',
  'jobs',
  'matrix',
  'defaults',
  'run',
  'command',
  'tree',
  'workflow',
  'worktree',
  'timeout',
  'max_attempts',
];

export interface Entries {
  readonly entries: readonly RawEntry[];
  /** At an offset, the end of a sentence. */
  readonly warnings: readonly { readonly offset: number; readonly why: string }[];
}

type Fields = ReadonlyMap<string, Field>;

/** Throws by `refuse` for a wrong type anywhere, and for a manifest without any of the three. */
export const readEntries = (top: MapNode, refuse: Refuse): Entries => {
  const get = (name: string): Tree | undefined => top.fields.get(name)?.value;
  const [tasks, jobs, matrix] = [get('tasks'), get('jobs'), get('matrix')];
  const warnings = strangers(top);
  if (tasks === undefined && jobs === undefined && matrix === undefined) {
    const near = warnings.find(({ why }) => why.includes('did you mean'));
    return refuse(
      near?.offset ?? top.offset,
      'this manifest has neither `tasks` nor `jobs` nor `matrix`',
      'write `tasks:` and below it `- dataset: a`',
    );
  }
  const defaults = readDefaults(get('defaults'), refuse);
  return {
    entries: [
      ...(tasks === undefined ? [] : readList(tasks, { name: 'tasks', defaults, refuse })),
      ...(jobs === undefined ? [] : readJobs(jobs, defaults, refuse)),
      ...(matrix === undefined
        ? []
        : multiply(new Map(), { matrix: readMatrix(matrix, refuse), defaults, key: null, refuse })),
    ],
    warnings,
  };
};

const strangers = ({ fields }: MapNode): Entries['warnings'] =>
  [...fields].flatMap(([name, { nameOffset }]) => {
    if (topNames.includes(name) || /^(?:x-|\.)/.test(name)) return [];
    const near = nearest(name, topNames);
    return [
      {
        offset: nameOffset,
        why: `unknown key \`${name}\`; ${near === null ? 'it is passed over' : `did you mean \`${near}\`?`}`,
      },
    ];
  });

const readDefaults = (tree: Tree | undefined, refuse: Refuse): Fields => {
  if (tree === undefined || (tree.kind === 'text' && tree.text === '')) return new Map();
  return tree.kind === 'map'
    ? tree.fields
    : refuse(tree.offset, '`defaults` holds names with values', 'write `defaults: {preset: smart}`');
};

interface Reading {
  readonly name: string;
  readonly defaults: Fields;
  readonly refuse: Refuse;
}

const readList = (tree: Tree, { name, defaults, refuse }: Reading): readonly RawEntry[] => {
  if (tree.kind === 'text' && tree.text === '' && tree.isPlain) return [];
  if (tree.kind !== 'list')
    return refuse(tree.offset, `\`${name}\` is a list of entries`, `write \`${name}:\` and below it \`- dataset: a\``);
  return tree.items.flatMap((item) => readEntry(item, { key: null, defaults, refuse }));
};

/** A list, or names with entries: the name is the id. */
const readJobs = (tree: Tree, defaults: Fields, refuse: Refuse): readonly RawEntry[] => {
  if (tree.kind !== 'map') return readList(tree, { name: 'jobs', defaults, refuse });
  return [...tree.fields].flatMap(([key, { value }]) => readEntry(value, { key, defaults, refuse }));
};

interface ReadingEntry {
  readonly key: string | null;
  readonly defaults: Fields;
  readonly refuse: Refuse;
}

const readEntry = (tree: Tree, { key, defaults, refuse }: ReadingEntry): readonly RawEntry[] => {
  if (tree.kind !== 'map')
    return refuse(
      tree.offset,
      `an entry holds names with values, not ${tree.kind === 'list' ? 'a list' : JSON.stringify(tree.text.slice(0, 60))}`,
      'write `- dataset: a`, or `- id: a`',
    );
  const { fields, offset } = tree;
  const matrix = fields.get('matrix');
  if (matrix === undefined) return [{ fields: over(defaults, fields), own: [...fields.keys()], axes: [], key, offset }];
  const base = new Map([...fields].filter(([name]) => name !== 'matrix'));
  return multiply(base, { matrix: readMatrix(matrix.value, refuse), defaults, key, refuse });
};

const multiply = (
  entry: Fields,
  { matrix, defaults, key, refuse }: ReadingEntry & { readonly matrix: Matrix },
): readonly RawEntry[] =>
  matrix.combinations.map(({ fields }) => ({
    fields: over(over(over(defaults, matrix.base), entry), fields),
    own: [...entry.keys(), ...fields.keys()],
    axes: [...fields.values()].map(({ value }) => asWritten(value, refuse)),
    key,
    offset: [...fields.values()][0]?.nameOffset ?? matrix.offset,
  }));

const over = (under: Fields, upper: Fields): Fields => (under.size === 0 ? upper : new Map([...under, ...upper]));
