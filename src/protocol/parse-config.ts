/** `.wf/config.json` over the defaults that ship with the program: objects merge deeply, arrays replace. */
import type { Problem } from '../ports/problem.ts';
import { completeConfig, type Complete } from './complete-config.ts';
import { configSchema, keysAt } from './config-schema.ts';
import type { ConfigInput } from './config-schema.ts';
import type { Config } from './config.ts';
import type { Refuse } from './complete-workflow.ts';
import { parseJson, problemAt } from './json.ts';
import { nearest } from './nearest.ts';
import { describe, formatPath, isObject } from './shape.ts';

/** A file's text and the name that messages give it. */
export interface ConfigText {
  readonly text: string;
  readonly file: string;
}

/**
 * Reads the shipped config and the user's over it (null: there is none). Throws a Problem that names file, line,
 * column and key for the first thing that cannot be used: an unknown key, a wrong type, a workflow without stages.
 */
export const parseConfig = (shipped: ConfigText, user: ConfigText | null): Config => {
  const defaults = check(shipped);
  const merged = user === null ? defaults : (merge(defaults, check(user)) as ConfigInput);
  const refuse: Refuse = (path, what, hint) => {
    const { text, file } = user ?? shipped;
    throw problemAt({ text, file, path, at: 'value', what, hint });
  };
  return completeConfig(merged as Complete<ConfigInput>, refuse);
};

const depthLimit = 32;

/** One file, checked by itself, so that messages name its lines. */
const check = ({ text, file }: ConfigText): ConfigInput => {
  const json = parseJson(text, file);
  const reserved = findReserved(json, []);
  if (reserved !== null) throw unknownKey(text, file, reserved);
  const read = configSchema.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = (issue?.path ?? []).filter((step) => typeof step !== 'symbol');
  if (issue?.code === 'unrecognized_keys') throw unknownKey(text, file, [...path, issue.keys[0] ?? '']);
  const isName = issue?.code === 'invalid_key';
  const expected = isName ? (issue.issues[0]?.message ?? 'another name') : (issue?.message ?? 'something else');
  const value = path.reduce<unknown>(
    (within, step) => (within as Record<string | number, unknown> | undefined)?.[step],
    json,
  );
  const found = isName ? JSON.stringify(path.at(-1)) : describe(value);
  throw problemAt({
    text,
    file,
    path,
    at: isName ? 'name' : 'value',
    what: `the config cannot be used: ${path.length === 0 ? '' : `\`${formatPath(path)}\`: `}${expected} is expected, not ${found}`,
    hint: 'correct this value; the shipped config.json holds every key with its default',
  });
};

const unknownKey = (text: string, file: string, path: readonly (string | number)[]): Problem => {
  const known = keysAt(path.slice(0, -1)).filter((key) => key !== '$schema');
  const near = nearest(String(path.at(-1)), known);
  return problemAt({
    text,
    file,
    path,
    at: 'name',
    what: `the config cannot be used: unknown key \`${formatPath(path)}\`${near === null ? '' : `; did you mean \`${near}\`?`}`,
    hint: known.length === 0 ? 'take this key out' : `known here: ${known.join(', ')}`,
  });
};

/** The path of a key `__proto__`, which the schema library passes over, or of nesting that no config has. */
const findReserved = (json: unknown, path: readonly (string | number)[]): readonly (string | number)[] | null => {
  if (typeof json !== 'object' || json === null) return null;
  if (path.length > depthLimit) return path;
  for (const [name, value] of Object.entries(json)) {
    const here = [...path, Array.isArray(json) ? Number(name) : name];
    const found = name === '__proto__' ? here : findReserved(value, here);
    if (found !== null) return found;
  }
  return null;
};

const merge = (under: unknown, over: unknown): unknown => {
  if (!isObject(under) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) merged[name] = name in under ? merge(under[name], value) : value;
  return merged;
};
