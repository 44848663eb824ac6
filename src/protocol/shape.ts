/**
 * Shapes: hand-written checks of parsed JSON. A shape looks at a value and gives the first fault it finds, or
 * null; it copies nothing. Journals have 50,000 lines and plans 10,000 works, and a general schema library
 * costs more to load than they cost to check; the config, which wants a JSON Schema and has few values, uses one.
 */

/** What is wrong with a value, and where in it. */
export interface Fault {
  readonly path: readonly (string | number)[];
  /** What should be there: `a whole number from 1`, `one of a, b`. */
  readonly expected: string;
  /** What is there, shortened. */
  readonly found: string;
}

/** The first fault of a value, or null. Never throws. */
export type Shape = (value: unknown) => Fault | null;

/** A shape for each member of T; a member that is forgotten does not compile. */
export type Members<T> = { readonly [K in keyof T]-?: Shape };

/** Any value that the test takes. `expected` finishes the sentence "… is expected". */
export const matching =
  (expected: string, test: (value: unknown) => boolean): Shape =>
  (value) =>
    test(value) ? null : { path: [], expected, found: describe(value) };

/** A string of at most `limit` UTF-16 units. */
export const text = (limit = Infinity): Shape =>
  matching(
    limit === Infinity ? 'text' : `text of at most ${limit} characters`,
    (value) => typeof value === 'string' && value.length <= limit,
  );

/** True or false. */
export const flag: Shape = matching('true or false', (value) => typeof value === 'boolean');

/** A finite number from `least` to `most`. */
export const number = (least: number, most = Infinity): Shape =>
  matching(
    `a number ${range(least, most)}`,
    (value) => typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most,
  );

/** A safe integer from `least` to `most`. */
export const integer = (least: number, most = Number.MAX_SAFE_INTEGER): Shape =>
  matching(
    `a whole number ${range(least, most)}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  );

/** One of these words. */
export const oneOf = (...words: readonly string[]): Shape => {
  const known = new Set<unknown>(words);
  return matching(words.length === 1 ? `"${words[0]}"` : `one of ${words.join(', ')}`, (value) => known.has(value));
};

/** Null, or what `shape` takes. */
export const nullable =
  (shape: Shape): Shape =>
  (value) => {
    if (value === null) return null;
    const fault = shape(value);
    return fault === null || fault.path.length > 0 ? fault : { ...fault, expected: `${fault.expected}, or null,` };
  };

/** Absent, or what `shape` takes. */
export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined ? null : shape(value);

/** An array whose every element has this shape, of at most `limit` elements. */
export const list = (shape: Shape, limit = Infinity): Shape => {
  const expected = limit === Infinity ? 'a list' : `a list of at most ${inThousands(limit)}`;
  return (value) => {
    if (!Array.isArray(value)) return { path: [], expected: 'a list', found: describe(value) };
    if (value.length > limit) return { path: [], expected, found: `${inThousands(value.length)} of them` };
    for (let index = 0; index < value.length; index++) {
      const fault = shape(value[index]);
      if (fault !== null) return within(index, fault);
    }
    return null;
  };
};

/** An object with any names, whose every value has this shape. */
export const record =
  (shape: Shape): Shape =>
  (value) => {
    if (!isObject(value)) return { path: [], expected: 'an object', found: describe(value) };
    for (const name of Object.keys(value)) {
      if (name === '__proto__') return { path: [name], expected: 'another name', found: 'a reserved one' };
      const fault = shape(value[name]);
      if (fault !== null) return within(name, fault);
    }
    return null;
  };

/**
 * An object with at least these members; others are let through, if they are not nested so deep that writing or hashing
 * what was read would overflow the stack.
 */
export const object = <T>(members: Members<T>): Shape => {
  const findFault = makeFaultFinder(members);
  let before: readonly string[] = [];
  let layout: Layout | null = null;
  return (value) => {
    if (!isObject(value)) return { path: [], expected: 'an object', found: describe(value) };
    // 10,000 works in a row have the same names: what stands under them is then checked without looking them up.
    const names = Object.keys(value);
    if (layout !== null && haveSameNames(layout.names, names))
      return layout.isComplete && haveShapes(layout.shapes, Object.values(value)) ? null : findFault(value);
    if (haveSameNames(before, names)) layout = makeLayout(members, names);
    before = names;
    return findFault(value);
  };
};

/** Which shape each value of an object has, in the order of its names. */
interface Layout {
  readonly names: readonly string[];
  readonly shapes: readonly Shape[];
  /** What is not there may be absent. */
  readonly isComplete: boolean;
}

const makeLayout = (members: Readonly<Record<string, Shape>>, names: readonly string[]): Layout => {
  const there = new Set(names);
  return {
    names,
    shapes: names.map((name) => (Object.hasOwn(members, name) ? (members[name] as Shape) : unknownShape)),
    isComplete: Object.entries(members).every(([name, shape]) => there.has(name) || shape(undefined) === null),
  };
};

const haveSameNames = (some: readonly string[], others: readonly string[]): boolean => {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
};

const haveShapes = (shapes: readonly Shape[], values: readonly unknown[]): boolean => {
  for (let index = 0; index < shapes.length; index++)
    if ((shapes[index] as Shape)(values[index]) !== null) return false;
  return true;
};

/** The first fault in the order of the members. */
const makeFaultFinder =
  (members: Readonly<Record<string, Shape>>) =>
  (value: Readonly<Record<string, unknown>>): Fault | null => {
    for (const [name, shape] of Object.entries(members)) {
      const fault = shape(Object.hasOwn(value, name) ? value[name] : undefined);
      if (fault !== null) return within(name, fault);
    }
    for (const name of Object.keys(value)) {
      const fault = Object.hasOwn(members, name) ? null : unknownShape(value[name]);
      if (fault !== null) return within(name, fault);
    }
    return null;
  };

/** A member that is not known. */
const unknownShape: Shape = (value) =>
  isDeeper(value, depthLimit)
    ? { path: [], expected: `nesting of at most ${depthLimit} levels`, found: 'a deeper one' }
    : null;

/** Nothing of ours is nested deeper than ten levels. */
const depthLimit = 64;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)));

/** A union told apart by the word in `tag`; a member of it without a shape does not compile. */
export const union = <U extends object, Tag extends keyof U & string>(
  tag: Tag,
  variants: { readonly [W in U[Tag] & string]: Members<Omit<Extract<U, Readonly<Record<Tag, W>>>, Tag>> },
): Shape => {
  const shapes = new Map<unknown, Shape>(
    Object.entries(variants).map(([word, members]) => [word, object<object>(members as Members<object>)]),
  );
  const expected = `one of ${[...shapes.keys()].join(', ')}`;
  return (value) => {
    if (!isObject(value)) return { path: [], expected: 'an object', found: describe(value) };
    const shape = shapes.get(value[tag]);
    return shape === undefined ? { path: [tag], expected, found: describe(value[tag]) } : shape(value);
  };
};

/** Every one of these shapes. */
export const all =
  (...shapes: readonly Shape[]): Shape =>
  (value) => {
    for (const shape of shapes) {
      const fault = shape(value);
      if (fault !== null) return fault;
    }
    return null;
  };

/** An object that is no array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A path as people write it: `works[3].source.type`. */
export const formatPath = (path: readonly (string | number)[]): string =>
  path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');

/** A fault in one line: "`works[3].priority`: a whole number from 1 is expected, not "high"". */
export const formatFault = (fault: Fault): string =>
  `${fault.path.length === 0 ? '' : `\`${formatPath(fault.path)}\`: `}${fault.expected} is expected, ${fault.found === 'nothing' ? 'but it is missing' : `not ${fault.found}`}`;

/** A value in a few words, for a message. */
export const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const words = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
  return typeof value === 'string' && value.length > 60 ? `${words.slice(0, -1)}…"` : words;
};

/** `100,000`. Not `toLocaleString`: its first call costs 20 ms, and shapes are made whenever a command starts. */
const inThousands = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

const within = (step: string | number, fault: Fault): Fault => ({ ...fault, path: [step, ...fault.path] });

const range = (least: number, most: number): string =>
  most === Infinity || most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
