/** From the text of one task file to what it says of its work, before it is known what others are called. */
import type { Work } from '../core/work.ts';
import { isWorkId, makeId } from '../protocol/id.ts';
import { nearest } from '../protocol/nearest.ts';
import { bodyShape, isName } from '../protocol/work.ts';
import { readPriority } from './priority.ts';
import { isNothing, splitReferences } from './text-references.ts';
import { parseFrontMatter } from './front-matter.ts';
import type { FrontScalar, FrontValue } from './front-value.ts';
import { findTitle, readHeaderLines } from './header-lines.ts';
import { isDoneWord } from './words.ts';

/** A task file as read: its work has an id that may still be another's, too. */
export interface Task {
  /** Everything of a work but `source`, with references as written. */
  readonly draft: Omit<Work, 'source'>;
  /** The id as its author wrote it; null if it comes from the stem. */
  readonly writtenId: string | null;
  readonly stem: string;
  readonly hasFrontMatter: boolean;
  readonly isDone: boolean;
  /** The status as written; empty if there is none. */
  readonly status: string;
  /** A field of another tool's front matter, as one line of text; null if it is absent or no text. */
  readonly field: (name: string) => string | null;
  /** Ends of sentences that begin with `file:line:column`. */
  readonly warnings: readonly TaskWarning[];
}

export interface TaskWarning {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** Ok, or the place and reason why the file is no task. */
export type ParsedTask = { readonly ok: true; readonly task: Task } | ({ readonly ok: false } & TaskWarning);

/** Titles are cut after this many characters. */
const titleLimit = 500;

/** Reads a task file's text; `isForeign`: its front matter is another tool's, whose names are not ours to mend. Never throws. */
export const parseTask = async (text: string, stem: string, isForeign = false): Promise<ParsedTask> => {
  if (text.trim() === '') return { ok: false, line: 1, column: 1, why: 'is empty' };
  const parsed = await parseFrontMatter(text, fieldsRead);
  if (!parsed.ok) return parsed;
  const { fields, body } = parsed.value;
  if (bodyShape(body) !== null) return { ok: false, line: 1, column: 1, why: 'has a body longer than 256 KiB' };
  const reader = makeReader(fields);
  const header = readHeaderLines(body);
  const writtenId = reader.text('id');
  const title = reader.text('title') ?? findTitle(body) ?? stem;
  const draft = {
    id: isWorkId(writtenId) ? writtenId : makeId(writtenId ?? stem),
    title: title.length > titleLimit ? `${title.slice(0, titleLimit - 1)}…` : title,
    body,
    group: reader.text('group') ?? header.group,
    priority: reader.priority() ?? readPriority(header.priority ?? '') ?? 3,
    params: reader.params(),
    labels: reader.list('labels'),
    dependencies: reader.references('depends_on', 'dependencies', 'blocked_by') ?? headerReferences(header.dependsOn),
    conflicts: reader.references('conflicts_with', 'conflicts') ?? headerReferences(header.conflictsWith),
    estimate_seconds: reader.seconds('estimate_seconds'),
    workflow: reader.name('workflow'),
    base: reader.text('base'),
    max_run_seconds: reader.seconds('max_run_seconds'),
    uses: reader.list('uses').filter((name) => isName(name)),
  } satisfies Omit<Work, 'source' | 'dependencies' | 'conflicts'> & { dependencies: string[]; conflicts: string[] };
  if (writtenId !== null && !isWorkId(writtenId))
    reader.warn('id', `${JSON.stringify(writtenId)} is no id; ${draft.id} is used`);
  const status = reader.text('status') ?? header.status ?? '';
  if (!isForeign) reader.checkNames();
  const task = {
    draft: draft as unknown as Task['draft'],
    writtenId,
    stem,
    hasFrontMatter: parsed.isThere,
    isDone: isDoneWord(status),
    status,
    field: reader.quiet,
    warnings: reader.warnings,
  };
  return reader.fault ?? { ok: true, task };
};

const headerReferences = (value: string | null): string[] =>
  value === null ? [] : splitReferences(value).filter(isReference);

const isReference = (reference: string): boolean =>
  reference.length <= 200 && reference !== '__proto__' && !/\p{Cc}/u.test(reference);

const ourFields = [
  'id',
  'title',
  'depends_on',
  'conflicts_with',
  'group',
  'priority',
  'workflow',
  'estimate_seconds',
  'params',
  'base',
  'max_run_seconds',
  'uses',
  'labels',
  'status',
];

/** Also under the names that other tools have for them. */
const fieldsRead: ReadonlySet<string> = new Set([...ourFields, 'dependencies', 'blocked_by', 'conflicts']);

/** Reads fields by their kind, gathering what cannot be used. */
const makeReader = (fields: ReadonlyMap<string, FrontValue>) => {
  const warnings: TaskWarning[] = [];
  let fault: Extract<ParsedTask, { ok: false }> | null = null;

  const warn = (name: string, why: string): void => {
    const { line, column } = fields.get(name) ?? { line: 1, column: 1 };
    warnings.push({ line, column, why: `${name}: ${why}` });
  };
  const scalar = (name: string): FrontScalar | null => {
    const value = fields.get(name)?.value;
    if (value === undefined) return null;
    if (isScalar(value)) return isNull(value) ? null : value;
    warn(name, 'one value is expected; it is passed over');
    return null;
  };
  const text = (name: string): string | null => {
    const value = scalar(name)?.text.replace(/\r?\n/g, ' ').trim();
    return value === undefined || value === '' ? null : value;
  };
  const quiet = (name: string): string | null => {
    const value = fields.get(name)?.value;
    return value !== undefined && isScalar(value) && !isNull(value) ? value.text.replace(/\s+/g, ' ').trim() : null;
  };
  const list = (name: string): string[] => {
    const value = fields.get(name)?.value;
    if (value === undefined) return [];
    if (isList(value)) return value.filter((item) => !isNull(item)).map((item) => item.text.trim());
    if (isScalar(value))
      return value.text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '' && !isNothing(item));
    warn(name, 'a list is expected; it is passed over');
    return [];
  };
  /** Of the first of these names that is there: a wrong form is a fault, for a lost dependency is worse than a lost file. */
  const references = (...names: readonly string[]): string[] | null => {
    const name = names.find((each) => fields.has(each));
    const field = name === undefined ? undefined : fields.get(name);
    if (name === undefined || field === undefined) return null;
    const { line, column, value } = field;
    if (isList(value)) {
      const items = value.map((item) => item.text.trim()).filter((item) => !isNothing(item));
      const strange = items.find((item) => !isReference(item));
      if (strange === undefined) return items;
    } else if (isScalar(value)) return splitReferences(value.text).filter(isReference);
    fault ??= { ok: false, line, column, why: `\`${name}\`: a list of ids is expected, such as [01-schema, 02-api]` };
    return [];
  };
  const seconds = (name: string): number | null => {
    const written = text(name);
    if (written === null) return null;
    if (/^\d{1,9}(\.\d+)?$/.test(written)) return Number(written);
    warn(name, `a number of seconds is expected, not ${JSON.stringify(written)}; it is passed over`);
    return null;
  };
  const priority = (): number | null => {
    const written = text('priority');
    const read = written === null ? null : readPriority(written);
    if (written !== null && read === null)
      warn('priority', `a whole number from 1 is expected, not ${JSON.stringify(written)}; 3 is used`);
    return read;
  };
  const name = (field: string): string | null => {
    const written = text(field);
    if (written === null || isName(written)) return written;
    warn(field, `${JSON.stringify((written as string).slice(0, 60))} is no name; it is passed over`);
    return null;
  };
  const params = (): Work['params'] => {
    const value = fields.get('params')?.value;
    if (value === undefined || (isScalar(value) && isNull(value))) return {};
    if (!isScalar(value) && !isList(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toParam(item)]));
    warn('params', 'names with values are expected, such as {module: api}; it is passed over');
    return {};
  };
  /** A slip in a name is said; other tools' fields are none of ours. */
  const checkNames = (): void => {
    for (const [field, { line, column }] of fields) {
      const near = ourFields.includes(field) ? null : nearest(field, ourFields);
      if (near !== null && !fields.has(near) && !['dependencies', 'conflicts'].includes(field))
        warnings.push({ line, column, why: `unknown field \`${field}\`; did you mean \`${near}\`?` });
    }
  };
  return {
    warnings,
    warn,
    text,
    quiet,
    list,
    references,
    seconds,
    priority,
    name,
    params,
    checkNames,
    get fault() {
      return fault;
    },
  };
};

const isList = (value: FrontValue['value']): value is readonly FrontScalar[] => Array.isArray(value);
const isScalar = (value: FrontValue['value']): value is FrontScalar =>
  !isList(value) && typeof (value as { text?: unknown }).text === 'string';
const isNull = ({ text, isPlain }: FrontScalar): boolean => isPlain && /^(?:|~|null)$/i.test(text);

/** A plain `true`, `false`, `null` or number whose digits are all its own becomes one; `001` and `1.10` stay text. */
const toParam = (scalar: FrontScalar): string | number | boolean | null => {
  if (!scalar.isPlain) return scalar.text;
  if (isNull(scalar)) return null;
  if (scalar.text === 'true' || scalar.text === 'false') return scalar.text === 'true';
  const value = Number(scalar.text);
  return Number.isFinite(value) && String(value) === scalar.text ? value : scalar.text;
};
