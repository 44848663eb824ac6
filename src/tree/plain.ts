/** Results of a module are plain data: checked and frozen once, where they arise, so that nobody can change them later. */
import type { Plain } from '../ports/tree-module.ts';
import { Piece } from './piece.ts';

const depthLimit = 100;
const keyLimit = 200;

/** Values that have passed. Frozen deeply, so that they stay as they were. */
const passed = new WeakSet();

/** Why a value cannot be a result, to be put behind "visit"; null if it can. It is frozen then. */
export const findResultFault = (value: unknown): string | null =>
  value === undefined ? 'returned nothing' : check(value, 0, true);

/** The same of a value that is written at once, and need not stay as it is. */
export const findWriteFault = (value: unknown): string | null =>
  value === undefined ? 'returned nothing' : check(value, 0, false);

const check = (value: unknown, depth: number, keep: boolean): string | null => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : `returned ${value}, which is no finite number`;
    case 'object':
      if (value === null || passed.has(value) || value instanceof Piece) return null;
      return depth >= depthLimit
        ? `returned a value of more than ${depthLimit} levels, or one that holds itself`
        : checkObject(value, depth, keep);
    default:
      return `returned a value that holds ${value === undefined ? 'undefined' : `a ${typeof value}`}`;
  }
};

const checkObject = (value: object, depth: number, keep: boolean): string | null => {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
    return value instanceof Promise
      ? 'returned a promise, and it has to return its result at once'
      : `returned a value that holds a ${value.constructor.name || 'strange object'}`;
  const fault = Array.isArray(value) ? checkList(value, depth, keep) : checkFields(value, depth, keep);
  if (fault !== null || !keep) return fault;
  Object.freeze(value);
  passed.add(value);
  return null;
};

const checkList = (list: readonly unknown[], depth: number, keep: boolean): string | null => {
  for (const each of list) {
    const fault = check(each, depth + 1, keep);
    if (fault !== null) return fault;
  }
  return null;
};

const checkFields = (value: object, depth: number, keep: boolean): string | null => {
  for (const key of Object.keys(value)) {
    const fault = check((value as Readonly<Record<string, unknown>>)[key], depth + 1, keep) ?? checkKey(key);
    if (fault !== null) return fault;
  }
  return isComment(value) ? checkComment(value) : null;
};

const checkKey = (key: string): string | null =>
  key.length <= keyLimit && !/\p{Cc}/u.test(key)
    ? null
    : `returned a key that is not one line of at most ${keyLimit} characters: ${JSON.stringify(key.slice(0, 40))}`;

/** A value with a comment. */
export interface Commented {
  readonly '#': string;
  readonly '=': Plain;
}

export const isComment = (value: object): value is Commented => Object.hasOwn(value, '#') && Object.hasOwn(value, '=');

const checkComment = (value: Commented): string | null =>
  typeof value['#'] === 'string' && Object.keys(value).length === 2 && !isCommented(value['='])
    ? null
    : 'returned a comment that is not {"#": text, "=": value without a comment}';

const isCommented = (value: Plain): boolean => typeof value === 'object' && value !== null && isComment(value);
