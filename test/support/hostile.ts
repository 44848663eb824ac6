/** Hostile texts made of good ones, and the bounds that whoever reads them must keep. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import fc from 'fast-check';
import { Problem } from '../../src/ports/problem.ts';
import {
  addAt,
  raw,
  removeAt,
  renameAt,
  repeatAt,
  replaceAt,
  slotsOf,
  treeOf,
  valueAt,
  writeTree,
} from './json-tree.ts';
import type { Slot } from './json-tree.ts';

/** A text, and how it was made. */
export interface Hostile {
  readonly kind: string;
  readonly text: string;
}

const isLong = process.env['WF_LONG'] === '1';
/** One input may take so much of a processor, and so long by the clock where the machine is busy with others. */
const limitMs = { processor: 1000, clock: 60_000 };
const limitBytes = 300 * 1024 * 1024;

const deepList = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const deepObject = (depth: number): string => '{"a":'.repeat(depth) + 'null' + '}'.repeat(depth);
const million = 1024 * 1024;

/** Values, as JSON or nearly, that have broken programs. */
export const hostileValues: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '""', '[null]', '[[]]', '{"":{}}'],
  ...['0', '-0', '-1', '0.5', '1e-999', '1e308', '-1e308', '1e999', '-1e999', '9007199254740993', '2147483648'],
  ...['NaN', 'Infinity', '01', '1.', '+1', '0x10', 'undefined', "'a'", '"a', '"\\x"', '"\t"', '"\\u12"'],
  ...['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00x"', '"\\ufeff"', '"\\u202etxt.exe"', '"\\u2028"', '"\\r\\n"'],
  ...['"\\u001b]52;c;ZXZpbA==\\u0007"', '"\\u009d0;x\\u009c"', '"\\u001b[2J"'],
  ...['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '"__proto__"', '"constructor"', '"toString"'],
  ...['"../../etc/passwd"', '"/"', '".."', '"."', '".git"', '"a.lock"', '"-rf"', '"refs/heads/main"', '"a b"', '"%s"'],
  ...['"2026-01-31T08:00:00.000Z"', '"9999-12-31T23:59:59.999Z"', '"0000-00-00T00:00:00Z"', '"2026-02-30T00:00:00Z"'],
  ...['"worker-1"', '"worker-999999"', '"scheduler"', '"operator"', '"1h"', '"1e9d"', '"9".repeat', '"(a+)+$"', '"["'],
  // Often enough to meet every place: recursion is in many.
  ...Array.from({ length: 5 }, () => [deepList(600), deepList(60_000), deepObject(20_000)]).flat(),
  `"${'x'.repeat(million)}"`,
  `"${'\\u0000'.repeat(100_000)}"`,
  `[${'0,'.repeat(200_000)}0]`,
  `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`,
];

const hostileNames = ['"__proto__"', '"constructor"', '"toString"', '""', '"a"', '"\\u0000"', 'a', '"version"', '"id"'];

/** One change of the structure, in numbers: each is taken modulo what there is to choose from. */
const change = fc.record({
  what: fc.constantFrom('replace', 'remove', 'repeat', 'rename', 'move', 'wrap', 'add' as const),
  place: fc.nat(),
  other: fc.nat(),
  value: fc.nat(),
});
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

/** More than one hides what the first would have shown. */
const mostlyOne = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(one) },
    { weight: 1, arbitrary: fc.array(one, { minLength: 2, maxLength: 4 }) },
  );

/** JSON documents with one to four changes of their structure. */
export const hostileJson = (documents: readonly string[], values = hostileValues): fc.Arbitrary<Hostile> =>
  fc.tuple(fc.nat(documents.length - 1), mostlyOne(change)).map(([document, changes]) => {
    const tree = treeOf([JSON.parse(documents[document] ?? 'null')]);
    for (const each of changes) changeTree(slotsOf(tree), each, values);
    return { kind: `json ${changes[0]?.what}`, text: writeTree(tree).slice(1, -1) };
  });

const changeTree = (slots: readonly Slot[], { what, place, other, value }: Change, values: readonly string[]): void => {
  const slot = slots[place % slots.length];
  if (slot === undefined) return;
  const token = raw(values[value % values.length] ?? 'null');
  if (what === 'replace') replaceAt(slot, token);
  else if (what === 'remove') removeAt(slot);
  else if (what === 'repeat') repeatAt(slot, token);
  else if (what === 'add') addAt(slot, hostileNames[other % hostileNames.length] ?? '""', token);
  else if (what === 'rename') renameAt(slot, hostileNames[value % hostileNames.length] ?? '""');
  else if (what === 'move') replaceAt(slot, raw(writeTree(valueAt(slots[other % slots.length] ?? slot))));
  else replaceAt(slot, { kind: 'list', items: [valueAt(slot)] });
};

const damage = fc.record({
  what: fc.constantFrom('flip', 'cut', 'remove', 'repeat', 'insert', 'zeros'),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 400 }),
  bytes: fc.uint8Array({ maxLength: 8 }),
});
type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never;

const applyDamage = (text: Buffer, { what, place, length, bytes }: Damage): Buffer => {
  const at = Math.floor(text.length * place);
  const [before, after] = [text.subarray(0, at), text.subarray(at)];
  switch (what) {
    case 'flip':
      return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << (length & 7))]), after.subarray(1)]);
    case 'cut':
      return before;
    case 'remove':
      return Buffer.concat([before, after.subarray(length)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 'insert':
      return Buffer.concat([before, bytes, after]);
    default:
      return Buffer.concat([before, Buffer.alloc(length), after.subarray(length)]);
  }
};

/** Documents of any form whose bytes were damaged. */
export const hostileBytes = (documents: readonly string[]): fc.Arbitrary<Hostile> =>
  fc.tuple(fc.nat(documents.length - 1), mostlyOne(damage)).map(([document, damages]) => ({
    kind: `bytes ${damages[0]?.what}`,
    text: damages.reduce(applyDamage, Buffer.from(documents[document] ?? '')).toString('utf8'),
  }));

/** Texts as wholes: empty, other encodings and line ends, bytes of nothing, one value in place of the document. */
export const hostileWholes = (documents: readonly string[], values = hostileValues): fc.Arbitrary<Hostile> => {
  const document = fc.constantFrom(...documents);
  const whole = (kind: string, arbitrary: fc.Arbitrary<string>): fc.Arbitrary<Hostile> =>
    arbitrary.map((text) => ({ kind, text }));
  return fc.oneof(
    whole('whole value', fc.constantFrom(...values, '', ' ', '\n', '\0', '\uFEFF', '\uFEFF\uFEFF{}')),
    whole(
      'byte order mark',
      document.map((text) => `\uFEFF${text}`),
    ),
    whole(
      'crlf',
      document.map((text) => text.replaceAll('\n', '\r\n').replaceAll(',', ',\r\n')),
    ),
    whole(
      'utf-16',
      document.map((text) => Buffer.from(text, 'utf16le').toString('latin1')),
    ),
    whole(
      'twice',
      document.map((text) => text + text),
    ),
    whole(
      'comment',
      document.map((text) => `// comment\n${text}`),
    ),
    whole(
      'raw bytes',
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
    ),
    whole('raw text', fc.string({ unit: 'binary', maxLength: 300 })),
  );
};

/** All of these, structure most of all. */
export const hostileDocuments = (documents: readonly string[], values = hostileValues): fc.Arbitrary<Hostile> =>
  fc.oneof(
    { weight: 6, arbitrary: hostileJson(documents, values) },
    { weight: 2, arbitrary: hostileBytes(documents) },
    { weight: 2, arbitrary: hostileWholes(documents, values) },
  );

export type Verdict = 'accepted' | 'refused';

export interface Hunt<T extends Hostile> {
  readonly inputs: fc.Arbitrary<T>;
  /** In the suite; the long form takes 25 times as many. */
  readonly cases: number;
  readonly seed?: number;
  /** Reads an input; throws what it should not. */
  readonly read: (input: T) => Verdict | Promise<Verdict>;
}

/** Gives every input to a reader, holds each to the bounds of time and memory, and says what was seen. */
export const hunt = async <T extends Hostile>(
  t: TestContext,
  { inputs, cases, seed, read }: Hunt<T>,
): Promise<void> => {
  const seen: Seen = {
    accepted: 0,
    refused: 0,
    slowest: { ms: 0, kind: '' },
    largest: { bytes: 0, kind: '' },
    kinds: {},
  };
  // Without its bias to small numbers: they choose among places and values, of which none matters more.
  const property = fc.asyncProperty(fc.noBias(inputs), async (input) => {
    const before = settledMemory();
    const spent = process.cpuUsage();
    const startedAt = performance.now();
    const verdict = await read(input);
    const clockMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(spent);
    assert.ok(clockMs < limitMs.clock, `${input.kind} took ${Math.round(clockMs)} ms by the clock`);
    const ms = (user + system) / 1000;
    note(seen, input.kind, { verdict, ms, bytes: process.memoryUsage().rss - before });
  });
  const numRuns = isLong ? cases * 25 : cases;
  try {
    await fc.assert(property, { numRuns, seed: seed ?? 1 });
  } catch (error) {
    throw shortened(error);
  }
  t.diagnostic(describe(seen));
  // A hunt that meets only one of the two has wrong inputs, and shows nothing.
  assert.ok(seen.accepted > 0 && seen.refused > 0, describe(seen));
};

interface Seen {
  accepted: number;
  refused: number;
  slowest: { readonly ms: number; readonly kind: string };
  largest: { readonly bytes: number; readonly kind: string };
  readonly kinds: Record<string, number>;
}

/** What the process holds. Garbage of earlier inputs is collected when it grows, so that it is not laid to the next. */
const settledMemory = (): number => {
  const { rss } = process.memoryUsage();
  if (rss < settledBytes + 100 * million) return rss;
  collect();
  settledBytes = process.memoryUsage().rss;
  return settledBytes;
};
let settledBytes = 0;
v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

const note = (
  seen: Seen,
  kind: string,
  { verdict, ms, bytes }: { readonly verdict: Verdict; readonly ms: number; readonly bytes: number },
): void => {
  seen[verdict] += 1;
  seen.kinds[kind] = (seen.kinds[kind] ?? 0) + 1;
  if (ms > seen.slowest.ms) seen.slowest = { ms, kind };
  if (bytes > seen.largest.bytes) seen.largest = { bytes, kind };
  assert.ok(ms < limitMs.processor, `${kind} took ${Math.round(ms)} ms`);
  assert.ok(bytes < limitBytes, `${kind} took ${Math.round(bytes / million)} MiB`);
};

const describe = ({ accepted, refused, slowest, largest, kinds }: Seen): string => {
  const list = Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    `${accepted + refused} cases (${list.map(([kind, count]) => `${count} ${kind}`).join(', ')}): ` +
    `${accepted} accepted, ${refused} refused, slowest ${slowest.ms.toFixed(1)} ms of processor (${slowest.kind}), ` +
    `memory of one at most +${Math.round(largest.bytes / million)} MiB (${largest.kind})`
  );
};

/** A counterexample may be a megabyte long. */
const shortened = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const short = new Error(
    error.message.replace(/[^\n]{600,}/g, (line) => `${line.slice(0, 400)} … ${line.slice(-200)}`),
  );
  short.stack = `${short.message}\n${(error.cause as Error | undefined)?.stack?.slice(0, 4000) ?? ''}`;
  return short;
};

/** Runs a reader that refuses by throwing; anything but a `Problem` with place and reason comes out. */
export const orRefusal = async (body: () => unknown, place: RegExp): Promise<Verdict> => {
  try {
    await body();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    assert.match(error.where, place);
    assert.ok(error.what !== '' && error.hint !== '');
    // One line each, whatever the input was.
    assert.ok(error.what.length < 1000 && error.where.length < 1000, `a refusal of ${error.what.length} characters`);
    return 'refused';
  }
};
