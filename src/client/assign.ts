/** One `key=value` of `edit`: what it makes of a work. */
import type { Schedule, Work, WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import { parseDuration } from '../protocol/duration.ts';
import { nearest } from '../protocol/nearest.ts';
import { isName } from '../protocol/work.ts';
import { clip } from '../view/clean.ts';
import { bookOf } from './resolve-references.ts';
import { findWork, quoteId } from './schedule.ts';

export interface Assignment {
  readonly key: string;
  readonly value: string;
}

/** What a value may refer to. */
export interface Scene {
  readonly schedule: Schedule;
  /** Names of the config's workflows. */
  readonly workflows: readonly string[];
  /** Ids that earlier batches delivered. */
  readonly delivered: ReadonlySet<string>;
}

interface Given extends Assignment {
  /** As errors name it. */
  readonly where: string;
  readonly scene: Scene;
}

/** Throws a Problem that says what the key takes. */
export const assign = (work: Work, { key, value }: Assignment, scene: Scene): Work => {
  const given = { key, value, scene, where: `${key}=${clip(value, 80)}` };
  if (isParamKey(key)) return { ...work, params: assignParam(work, given) };
  const change = (changes as Readonly<Record<string, Change | undefined>>)[key];
  if (change === undefined) throw usage('there is no such key', given.where, `the keys are: ${editKeys.join(', ')}`);
  return { ...work, ...change(work, given) };
};

type Change = (work: Work, given: Given) => Partial<Work>;

const changes = {
  priority: (_, { value, where }) => {
    if (/^[1-9]\d{0,8}$/.test(value)) return { priority: Number(value) };
    throw usage('a priority is a whole number from 1', where, '1 comes first, 3 is the default: priority=1');
  },
  dependencies: (work, given) => ({ dependencies: resolveAll(work, given) }),
  'add-dep': (work, given) => ({ dependencies: joined(work.dependencies, resolveAll(work, given)) }),
  'remove-dep': (work, given) => ({ dependencies: without(work, work.dependencies, given) }),
  conflicts: (work, given) => ({ conflicts: resolveAll(work, given).filter((id) => id !== work.id) }),
  group: (_, given) => ({ group: oneLine(given) === '' ? null : given.value }),
  workflow: (_, given) => ({ workflow: given.value === '' ? null : knownWorkflow(given) }),
  title: (_, given) => {
    if (oneLine(given) !== '') return { title: given.value };
    throw usage('a title has at least one character', given.where, 'title="Add the API"');
  },
  labels: (_, given) => ({ labels: split(oneLine(given)) }),
  estimate_seconds: (_, given) => ({ estimate_seconds: seconds(given) }),
  max_run_seconds: (_, given) => ({ max_run_seconds: seconds(given) }),
  base: (_, given) => ({ base: given.value === '' ? null : branch(given) }),
  uses: (_, given) => ({ uses: split(given.value).map((name) => resourceName(name, given)) }),
} as const satisfies Readonly<Record<string, Change>>;

/** In the order of the help; beside them `params.<name>`. */
export const editKeys: readonly string[] = Object.keys(changes);

/** Whether a key is `params.<name>`. */
export const isParamKey = (key: string): boolean => /^params\.[^\s=]+$/.test(key);

/** A number or `true` and `false` where JSON writes it just so; `1.10` and `08` are text. Empty takes it away. */
const assignParam = ({ params }: Work, { key, value, where }: Given): Work['params'] => {
  const name = key.slice('params.'.length);
  if (name === '__proto__') throw usage('a parameter cannot have this name', where, 'take another name');
  if (value === '') return Object.fromEntries(Object.entries(params).filter(([each]) => each !== name));
  const isPlain =
    value === 'true' || value === 'false' || (Number.isFinite(Number(value)) && String(Number(value)) === value);
  return { ...params, [name]: isPlain ? (JSON.parse(value) as number | boolean) : value };
};

const split = (list: string): readonly string[] => [
  ...new Set(
    list
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  ),
];

const joined = (old: readonly WorkId[], added: readonly WorkId[]): readonly WorkId[] => [
  ...new Set([...old, ...added]),
];

/** Ids, or what a task file may write for one: a number, a key. */
const resolveAll = (work: Work, { value, where, scene }: Given): readonly WorkId[] => {
  const delivered = new Map([...scene.delivered].map((id) => [id.toLowerCase(), id as WorkId]));
  const ids = new Map(scene.schedule.works.map(({ id }) => [id.toLowerCase(), id]));
  return joined(
    [],
    split(value).map(
      (each) => ids.get(each.toLowerCase()) ?? delivered.get(each.toLowerCase()) ?? meant(work, each, { where, scene }),
    ),
  );
};

const meant = (work: Work, reference: string, { where, scene }: Pick<Given, 'where' | 'scene'>): WorkId => {
  const target = bookOf(scene.schedule.works).find(reference);
  if (target.kind === 'one' && target.id !== work.id) return target.id as WorkId;
  if (target.kind !== 'many') return findWork(scene.schedule, reference, where).id;
  const ids = clip(target.ids.join(', '), 200);
  throw refused(`${quoteId(reference)} could be several works`, where, `write which one: ${ids}`);
};

const without = (work: Work, from: readonly WorkId[], given: Given): readonly WorkId[] => {
  const going = new Set(split(given.value).map((each) => among(work, from, each, given)));
  return from.filter((id) => !going.has(id));
};

const among = (work: Work, from: readonly WorkId[], wanted: string, { where, scene }: Given): WorkId => {
  const exact = from.find((id) => id.toLowerCase() === wanted.toLowerCase());
  if (exact !== undefined) return exact;
  const target = bookOf(scene.schedule.works.filter(({ id }) => from.includes(id))).find(wanted);
  if (target.kind === 'one') return target.id as WorkId;
  const has = from.length === 0 ? 'it depends on nothing' : `it depends on: ${clip(from.join(', '), 200)}`;
  throw refused(`${work.id} does not depend on ${quoteId(wanted)}`, where, has);
};

const oneLine = ({ value, where }: Given): string => {
  if (!/\p{Cc}/u.test(value) && value.length <= 500) return value;
  throw usage('it must be text on one line, of at most 500 characters', where, 'write it without line breaks');
};

const knownWorkflow = ({ value, where, scene: { workflows } }: Given): string => {
  if (workflows.includes(value)) return value;
  const near = nearest(value, workflows);
  const list = workflows.join(', ');
  const hint = near === null ? `workflows there are: ${list}` : `did you mean ${near}? There are: ${list}`;
  throw refused(`the config has no workflow ${quoteId(value)}`, where, hint);
};

const seconds = ({ key, value, where }: Given): number | null => {
  if (value === '') return null;
  const ms = /^\d{1,10}(\.\d{1,3})?$/.test(value) ? Number(value) * 1000 : parseDuration(value);
  if (ms !== null) return ms / 1000;
  throw usage('it is a number of seconds, or a duration', where, `for ten minutes: ${key}=600 or ${key}=10m`);
};

const branch = ({ value, where }: Given): string => {
  if (/^[^-\s~^:?*[\\\p{Cc}][^\s~^:?*[\\\p{Cc}]{0,249}$/u.test(value) && !value.includes('..')) return value;
  throw usage('it is no name of a branch', where, 'name the branch to start from: base=main; base= takes it away');
};

const resourceName = (name: string, { where }: Given): string => {
  if (isName(name)) return name;
  throw usage(`${quoteId(name)} is no name of a resource`, where, 'separate names by commas: uses=anthropic,gpu');
};

const refused = (what: string, where: string, hint: string): Problem =>
  new Problem({ what, where, hint, code: 'refused' });
const usage = (what: string, where: string, hint: string): Problem => new Problem({ what, where, hint, code: 'usage' });
