/**
 * `matrix:`: one entry for each combination of its axes. Axes are the names with lists, directly or under `axes`, sorted;
 * values come in the order written. `exclude` takes combinations out; `include` adds names to those that agree with it, or
 * is an entry of its own, as in the workflows that people know. A combination's values win over `base`, and it over defaults.
 */
import { compareNaturally } from '../../core/natural.ts';
import type { Field, MapNode, Refuse, Tree } from './tree.ts';
import { asWritten } from './values.ts';

/** Combinations that one matrix may give. */
export const combinationsLimit = 100_000;

export interface Matrix {
  /** Values that every combination has; axes win over them. */
  readonly base: ReadonlyMap<string, Field>;
  readonly combinations: readonly Combination[];
  readonly offset: number;
}

export interface Combination {
  readonly fields: ReadonlyMap<string, Field>;
}

const words = ['base', 'axes', 'include', 'exclude'];

export const readMatrix = (tree: Tree, refuse: Refuse): Matrix => {
  if (tree.kind !== 'map')
    return refuse(
      tree.offset,
      '`matrix` holds names with lists of values',
      'write `matrix:` and below it `dataset: [a, b]`',
    );
  const axes = readAxes(tree, refuse);
  const excluded = readRules(tree, 'exclude', refuse);
  const product = multiply(axes, tree, refuse).filter(
    (fields) => !excluded.some((rule) => agrees(fields, rule, refuse)),
  );
  const base = tree.fields.get('base')?.value;
  if (base !== undefined && base.kind !== 'map')
    return refuse(base.offset, '`base` holds names with values', 'write `base: {preset: smart}`');
  return {
    base: base?.fields ?? new Map(),
    combinations: include(product, { axes, rules: readRules(tree, 'include', refuse), refuse }).map((fields) => ({
      fields,
    })),
    offset: tree.offset,
  };
};

type Fields = ReadonlyMap<string, Field>;
type Axis = readonly [name: string, values: readonly Field[]];

const readAxes = (matrix: MapNode, refuse: Refuse): readonly Axis[] => {
  const nested = matrix.fields.get('axes')?.value;
  if (nested !== undefined && nested.kind !== 'map')
    return refuse(nested.offset, '`axes` holds names with lists of values', 'write `axes: {dataset: [a, b]}`');
  const all = [...(nested?.fields ?? []), ...[...matrix.fields].filter(([name]) => !words.includes(name))];
  const axes = all.map(([name, { nameOffset, value }]): Axis => {
    if (value.kind !== 'list')
      return refuse(
        value.offset,
        `the axis \`${name}\` has no list of values`,
        `write \`${name}: [a, b]\`; a value for all goes under \`base\``,
      );
    return [name, value.items.map((item) => ({ nameOffset, value: item }))];
  });
  return axes.sort(([left], [right]) => compareNaturally(left, right));
};

const multiply = (axes: readonly Axis[], { offset }: MapNode, refuse: Refuse): readonly Fields[] => {
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (count > combinationsLimit)
    refuse(
      offset,
      `this matrix has ${count.toLocaleString('en')} combinations, and ${combinationsLimit.toLocaleString('en')} are the limit`,
      'take values or an axis out',
    );
  if (axes.length === 0) return [];
  return axes.reduce<readonly Fields[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => new Map([...row, [name, value]]))),
    [new Map()],
  );
};

const readRules = (matrix: MapNode, name: 'include' | 'exclude', refuse: Refuse): readonly Fields[] => {
  const tree = matrix.fields.get(name)?.value;
  if (tree === undefined) return [];
  const hint = `write \`${name}:\` and below it \`- dataset: a\``;
  if (tree.kind !== 'list') return refuse(tree.offset, `\`${name}\` is a list of entries`, hint);
  return tree.items.map((item) =>
    item.kind === 'map' ? item.fields : refuse(item.offset, `\`${name}\` holds entries of names with values`, hint),
  );
};

const agrees = (fields: Fields, rule: Fields, refuse: Refuse): boolean =>
  [...rule].every(([name, { value }]) => {
    const own = fields.get(name)?.value;
    return own !== undefined && asWritten(own, refuse) === asWritten(value, refuse);
  });

interface Including {
  readonly axes: readonly Axis[];
  readonly rules: readonly Fields[];
  readonly refuse: Refuse;
}

/** A rule joins each combination of the product whose axes it does not contradict; one that joins none is an entry of its own. */
const include = (product: readonly Fields[], { axes, rules, refuse }: Including): readonly Fields[] => {
  const axisNames = new Set(axes.map(([name]) => name));
  const rows = product.map((fields) => new Map(fields));
  const added: Fields[] = [];
  for (const rule of rules) {
    const ofAxes = new Map([...rule].filter(([name]) => axisNames.has(name)));
    const joined = rows.filter((row) => agrees(row, ofAxes, refuse));
    for (const row of joined) for (const [name, field] of rule) if (!axisNames.has(name)) row.set(name, field);
    if (joined.length === 0) added.push(rule);
  }
  return [...rows, ...added];
};
