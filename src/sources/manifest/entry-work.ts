/** From one entry of a manifest to its work: the fields that are a work's own, and all others as parameters. */
import type { Work, WorkId } from '../../core/work.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { idLimit, isWorkId, makeId } from '../../protocol/id.ts';
import { bodyShape, isName } from '../../protocol/work.ts';
import { isNothing, splitReferences } from '../text-references.ts';
import { readPriority } from '../priority.ts';
import type { RawEntry } from './entries.ts';
import type { Field, Refuse, Tree } from './tree.ts';
import { asWritten, isNull, toParam } from './values.ts';

/** Names of an entry that are no parameters. `command` is another word for `run`, the rest of a line is one field. */
const ownFields = [
  ...['id', 'name', 'title', 'body', 'group', 'priority', 'workflow', 'run', 'command', 'tree', 'params', 'matrix'],
  ...[
    'depends_on',
    'dependencies',
    'needs',
    'conflicts_with',
    'conflicts',
    'uses',
    'estimate_seconds',
    'max_run_seconds',
  ],
];

export interface EntryWork {
  readonly draft: Omit<Work, 'source'>;
  readonly writtenId: string | null;
  readonly offset: number;
  /** The file that it says it writes. */
  readonly output: string | null;
}

type Fields = ReadonlyMap<string, Field>;

/** Throws by `refuse` for a field of the wrong form: the whole manifest is read before anything starts. */
export const toEntryWork = (entry: RawEntry, workflow: string | null, refuse: Refuse): EntryWork => {
  const { fields, offset } = entry;
  const params = readParams(fields, refuse);
  const fill = makeFill(params);
  const reader = makeReader(fields, refuse);
  const name = fill(reader.text('id') ?? entry.key ?? reader.text('name') ?? '');
  const isTemplate = /\{[\w.-]+\}/.test(reader.text('id') ?? reader.text('name') ?? '');
  const parts = name === '' ? valuesOf(entry, params) : [name, ...(isTemplate ? [] : entry.axes)];
  const id = toId(parts);
  const body = reader.text('body') ?? '';
  if (bodyShape(body) !== null)
    refuse(
      fields.get('body')?.value.offset ?? offset,
      'this body is longer than 256 KiB',
      'put it into a file and give its name',
    );
  const written = params['output'];
  const output = typeof written === 'string' ? makeFill({ ...params, id })(written) : null;
  return {
    draft: {
      id,
      title: clipTitle(
        fill(reader.text('title') ?? '') ||
          (reader.text('id') === null ? '' : fill(reader.text('name') ?? '')) ||
          parts.join(' '),
      ),
      body,
      group: fill(reader.text('group') ?? '') || textOf(params['dataset']) || null,
      priority: reader.priority() ?? 3,
      params: output === null ? params : { ...params, output },
      labels: [],
      dependencies: reader.references('depends_on', 'dependencies', 'needs') as WorkId[],
      conflicts: reader.references('conflicts_with', 'conflicts') as WorkId[],
      estimate_seconds: reader.seconds('estimate_seconds'),
      workflow,
      base: null,
      max_run_seconds: reader.seconds('max_run_seconds'),
      uses: reader.names('uses'),
    },
    writtenId: name === '' ? null : name,
    offset,
    output,
  };
};

/** Every name that is no field of a work, and the names under `params`. */
const readParams = (fields: Fields, refuse: Refuse): Work['params'] => {
  const given = fields.get('params')?.value;
  if (given !== undefined && given.kind !== 'map')
    return refuse(given.offset, '`params` holds names with values', 'write `params: {preset: smart}`');
  const others = [...fields].filter(([name]) => !ownFields.includes(name));
  return Object.fromEntries(
    [...others, ...(given?.fields ?? [])].map(([name, { value }]) => [name, toParam(value, refuse)]),
  );
};

/** The values that tell this entry from others: of its axes, else of its own parameters, in the order written. */
const valuesOf = ({ axes, own }: RawEntry, params: Work['params']): readonly string[] => {
  if (axes.length > 0) return axes;
  const values = own.filter((name) => Object.hasOwn(params, name)).map((name) => textOf(params[name]));
  return values.some((value) => value !== '') ? values.filter((value) => value !== '') : ['task'];
};

const textOf = (value: Work['params'][string] | undefined): string => String(value ?? '');

/** An id that is too long is cut, and a sum of all of it keeps it distinct and the same. */
const toId = (parts: readonly string[]): WorkId => {
  const whole = parts.join('-');
  if (isWorkId(whole)) return whole;
  const id = makeId(whole);
  return makeId(whole, 1000).length <= idLimit ? id : makeId(`${makeId(whole, idLimit - 9)}-${sumOf(whole)}`);
};

/** FNV-1a, 32 bits, in hex. */
const sumOf = (text: string): string => {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return sum.toString(16).padStart(8, '0');
};

/** `{dataset}` becomes the parameter's text; names that are none stay. */
const makeFill =
  (params: Work['params']) =>
  (text: string): string =>
    text.replace(/\{([\w.-]+)\}/g, (whole, name: string) =>
      Object.hasOwn(params, name) ? textOf(params[name]) : whole,
    );

const titleLimit = 500;

const clipTitle = (title: string): string => {
  const line = title.replace(/\s+/g, ' ').trim();
  return line.length > titleLimit ? `${line.slice(0, titleLimit - 1)}…` : line;
};

/** Fields by their kind; a wrong form is refused with its place. */
const makeReader = (fields: Fields, refuse: Refuse) => {
  const wrong = (name: string, tree: Tree, expected: string): never =>
    refuse(
      tree.offset,
      `\`${name}\`: ${expected} is expected, not ${JSON.stringify(asWritten(tree, refuse).slice(0, 60))}`,
      'correct this value',
    );
  const text = (name: string): string | null => {
    const tree = fields.get(name)?.value;
    if (tree === undefined) return null;
    if (tree.kind !== 'text') return wrong(name, tree, 'one value');
    return isNull(tree) || tree.text.trim() === '' ? null : name === 'body' ? tree.text : tree.text.trim();
  };
  const list = (name: string): readonly string[] => {
    const tree = fields.get(name)?.value;
    if (tree === undefined) return [];
    if (tree.kind === 'text') return isNull(tree) ? [] : splitReferences(tree.text);
    if (tree.kind === 'map') return wrong(name, tree, 'a list of ids');
    return tree.items
      .map((item) => (item.kind === 'text' ? item.text.trim() : wrong(name, item, 'an id')))
      .filter((item) => !isNothing(item));
  };
  const references = (...names: readonly string[]): readonly string[] => {
    const found = names.flatMap((name) => list(name).map((reference) => ({ name, reference })));
    for (const { name, reference } of found)
      if (reference.length > 200 || reference === '__proto__' || /\p{Cc}/u.test(reference))
        wrong(name, fields.get(name)?.value as Tree, 'an id');
    return found.map(({ reference }) => reference);
  };
  const seconds = (name: string): number | null => {
    const written = text(name);
    if (written === null) return null;
    const durationMs = parseDuration(written);
    if (durationMs !== null) return durationMs / 1000;
    return /^\d{1,9}(\.\d+)?$/.test(written)
      ? Number(written)
      : wrong(name, fields.get(name)?.value as Tree, 'a number of seconds, or a duration such as 20m,');
  };
  const priority = (): number | null => {
    const written = text('priority');
    return written === null
      ? null
      : (readPriority(written) ?? wrong('priority', fields.get('priority')?.value as Tree, 'a whole number from 1'));
  };
  const names = (name: string): readonly string[] =>
    list(name).map((each) =>
      isName(each) ? each : wrong(name, fields.get(name)?.value as Tree, 'a list of names of resources'),
    );
  return { text, references, seconds, priority, names };
};
