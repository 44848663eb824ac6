/** The worked example: skeletons of two data sets by one traversal. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { arrange } from '../../../scripts/examples/skeletons/arrange.ts';
import { readHierarchy } from '../../../scripts/examples/skeletons/hierarchy.ts';
import { countParts, countPartsBelow, listOf, partOf } from '../../../scripts/examples/skeletons/listing.ts';
import { findPreset, presetNames } from '../../../scripts/examples/skeletons/presets.ts';
import { packTaxonomy } from '../../../scripts/examples/skeletons/taxonomy.ts';
import { findSynset, readWordNet, wordNetFolder } from '../../../scripts/examples/skeletons/wordnet.ts';
import { Problem } from '../../../src/ports/problem.ts';

const cases = process.env['WF_CASES'];
if (cases === undefined)
  console.log('WF_CASES is unset: the hierarchy of Tencent ML-Images (trees/tencent_hierarchy.txt) is left out');

const program = fileURLToPath(new URL('../../../scripts/examples/skeletons/skeleton.js', import.meta.url));
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'wf0-skeletons-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const skeleton = (...args: readonly string[]) => {
  const { TENCENT_HIERARCHY: _, ...env } = process.env;
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' });
};

const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

const problemOf = (body: () => unknown): Problem => {
  try {
    body();
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'accepted' });
};

/** Names of all leaves, wherever they stand. */
const leavesOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(leavesOf);

test('each preset keeps every breed of dog once, and the depth that it sets', () => {
  const depths: Record<string, number> = {};
  const sets = presetNames.map((preset) => {
    const { status, stderr } = skeleton('imagenet', '--root', 'n02084071', '--preset', preset, '-o', `${preset}.yaml`);
    assert.equal(status, 0, stderr);
    const value: unknown = parse(written(`${preset}.yaml`));
    assert.deepEqual(Object.keys(value as object), ['dog, domestic dog, Canis familiaris']);
    depths[preset] = depthOf(value);
    return [...new Set(leavesOf(value))].sort();
  });
  assert.equal(new Set(sets.map((names) => names.join('\n'))).size, 1);
  assert.ok(sets[0]?.includes('Chihuahua') && sets[0].length > 100);
  assert.ok(depths['flat'] === 2 && (depths['compact'] ?? 0) < (depths['ultra-detailed'] ?? 0), JSON.stringify(depths));
  assert.match(
    written('balanced.yaml'),
    /^# a member of the genus Canis .*\ndog, domestic dog, Canis familiaris:\n {2}# any of several breeds of very small dogs/,
  );
});

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test('a balanced skeleton of WordNet is the same to the byte in one, two and four threads', () => {
  for (const threads of ['1', '2', '4']) {
    const { status, stderr } = skeleton(
      'imagenet',
      '--root',
      'n00015388',
      '--threads',
      threads,
      '-o',
      `animal-${threads}.yaml`,
    );
    assert.equal(status, 0, stderr);
    assert.match(stderr, threads === '1' ? /in one thread/ : new RegExp(`in ${threads} threads`));
  }
  assert.equal(written('animal-2.yaml'), written('animal-1.yaml'));
  assert.equal(written('animal-4.yaml'), written('animal-1.yaml'));
  assert.ok(written('animal-1.yaml').length > 300_000);
});

test(
  'the hierarchy of Tencent ML-Images is walked by the same traversal, whole and in part',
  { skip: cases === undefined && 'WF_CASES is unset' },
  () => {
    const file = join(cases ?? '', 'trees/tencent_hierarchy.txt');
    const texts = ['1', '2'].map((threads) => {
      const { status, stderr } = skeleton(
        'tencent',
        '--hierarchy',
        file,
        '--threads',
        threads,
        '-o',
        `tencent-${threads}.yaml`,
      );
      assert.equal(status, 0, stderr);
      assert.match(stderr, /^✅ tree of 11,172 nodes complete/m);
      return written(`tencent-${threads}.yaml`);
    });
    assert.equal(texts[0], texts[1]);
    const part = skeleton(
      'tencent',
      '--hierarchy',
      file,
      '--root',
      'n07555863',
      '--preset',
      'compact',
      '-o',
      'food.yaml',
    );
    assert.equal(part.status, 0, part.stderr);
    assert.deepEqual(Object.keys(parse(written('food.yaml')) as object), ['food, solid food']);
    const wrong = skeleton('tencent', '--hierarchy', file, '--root', 'chese', '-o', 'no.yaml');
    assert.match(
      wrong.stderr,
      /"chese" is no category of this hierarchy\n.*\n {2}try: did you mean n07850329 \(cheese\)\?/,
    );
  },
);

test('an unknown data set, preset, root or option is refused with the nearest, and writes nothing', () => {
  for (const [args, code, expected] of [
    [['imagenett', '-o', 'no.yaml'], 1, /there is no data set "imagenett"; did you mean imagenet\?/],
    [['imagenet', '--preset', 'balancd', '-o', 'no.yaml'], 1, /there is no preset "balancd"; did you mean balanced\?/],
    [['imagenet', '--root', 'n02084072', '-o', 'no.yaml'], 1, /"n02084072" is no noun synset of WordNet 3\.0/],
    [
      ['imagenet', '--root', 'dog', '-o', 'no.yaml'],
      1,
      /"dog" is no noun synset.*\n.*\n {2}try: did you mean n02084071 \(dog\), /,
    ],
    [['imagenet', '--root', 'chihuahau', '-o', 'no.yaml'], 1, /did you mean n\d{8} \(chihuahua\)/],
    [['imagenet', '--root', 'v00001740', '-o', 'no.yaml'], 1, /"v00001740" is no noun synset/],
    [['tencent', '-o', 'no.yaml'], 1, /does not come with this program[^]*github\.com\/Tencent\/tencent-ml-images/],
    [['tencent', '--hierarchy', 'gone.txt', '-o', 'no.yaml'], 1, /this file is not there\n {2}at: gone\.txt/],
    [['imagenet', '--threads', '0', '-o', 'no.yaml'], 2, /--threads is a whole number from 1, not "0"/],
    [['imagenet', '--frobnicate'], 2, /--frobnicate/],
    [['imagenet'], 2, /it is not said where the skeleton goes/],
  ] as const) {
    const { status, stderr } = skeleton(...args);
    assert.match(stderr, expected, args.join(' '));
    assert.equal(status, code, args.join(' '));
  }
  assert.throws(() => written('no.yaml'));
});

const hierarchyOf = (...lines: readonly string[]): string => hierarchyIn(lines);

const hierarchyIn = (lines: readonly string[]): string => {
  const file = join(folder, 'hierarchy.txt');
  writeFileSync(
    file,
    ['category_index\tcategory_id\tindex_of_parent_category\tcategory name', ...lines, ''].join('\n'),
  );
  return file;
};

test('a hierarchy with a cycle, an orphan or a broken line is refused with its line', () => {
  const orphan = problemOf(() => readHierarchy(hierarchyOf('0\tn1\t-1\ta', '1\tn2\t7\tb')));
  assert.match(orphan.what, /it has the parent 7, and the last category is 1$/);
  assert.match(orphan.where, /hierarchy\.txt:3$/);
  const broken = problemOf(() => readHierarchy(hierarchyOf('0\tn1\t-1\ta', '1\tn2\tx\tb')));
  assert.match(broken.what, /the parent "x", which is no index/);
  assert.match(problemOf(() => readHierarchy(hierarchyOf('0\tn1\t-1'))).what, /not four columns/);
  assert.match(problemOf(() => readHierarchy(hierarchyOf('1\tn1\t-1\ta'))).what, /the index "1" where 0 is next/);
  assert.match(problemOf(() => readHierarchy(hierarchyOf())).what, /no categories/);
  const cyclic = readHierarchy(hierarchyOf('0\tn1\t-1\ta', '1\tn2\t3\tb', '2\tn3\t1\tc', '3\tn4\t2\td'));
  assert.equal(packTaxonomy(cyclic, 0).weights[0], 2, 'a cycle that the root does not reach is no matter');
  assert.equal(problemOf(() => packTaxonomy(cyclic, 2)).what, 'the hierarchy has a cycle: n2 -> n3 -> n4 -> n2');
  // The whole does not reach it, and would be written without its categories.
  const whole = skeleton('tencent', '--hierarchy', cyclic.file, '-o', 'no.yaml');
  assert.match(whole.stderr, /^error: the hierarchy has a cycle: n2 -> n3 -> n4 -> n2$/m);
  assert.equal(whole.status, 1);
});

test('a hierarchy of categories is walked by the same traversal: names, glosses, order, in one thread and in two', () => {
  const ids = ['n02084071', 'n02085620', 'n02084732', 'n12651821', 'n99999999'];
  const lines = Array.from(
    { length: 600 },
    (_, i) => `${i}\t${ids[i % 5] ?? ''}\t${i === 0 ? -1 : (i - 1) >> 2}\tcategory ${i}, kind ${i % 7}`,
  );
  const file = hierarchyIn(lines);
  const texts = ['1', '2'].map((threads) => {
    const run = skeleton(
      'tencent',
      '--hierarchy',
      file,
      '--threads',
      threads,
      '--preset',
      'balanced',
      '-o',
      'small.yaml',
    );
    assert.equal(run.status, 0, run.stderr);
    return written('small.yaml');
  });
  assert.equal(texts[0], texts[1]);
  const leaves = leavesOf(parse(texts[0] ?? ''));
  assert.equal(new Set(leaves).size, leaves.length);
  assert.equal(leaves.length, lines.length - Math.ceil((lines.length - 1) / 4), 'each category without children once');
  assert.match(
    texts[0] ?? '',
    /- category 599, kind 4$|- category 598, kind 3 # any plant|- category 596, kind 1 # an old breed/m,
  );
});

test('a chain of 200,000 categories is weighed without a deep stack', () => {
  const lines = Array.from({ length: 200_000 }, (_, i) => `${i}\tn${i}\t${i - 1}\tc${i}`);
  assert.equal(packTaxonomy(readHierarchy(hierarchyIn(lines)), 0).weights[0], 200_001);
});

test('a database that is cut off, changed or missing is refused before anything is walked', () => {
  const [from, to] = [join(wordNetFolder(), 'data.noun'), join(folder, 'data.noun')];
  copyFileSync(from, to);
  truncateSync(to, 8_000_000);
  assert.match(problemOf(() => readWordNet(folder)).what, /^this is no whole WordNet database: /);
  // Cut at the end of a line: each line is whole, and kinds are missing.
  const text = readFileSync(from);
  writeFileSync(to, text.subarray(0, text.indexOf(10, 8_000_000) + 1));
  assert.match(problemOf(() => readWordNet(folder)).what, /a synset names a kind that is not there/);
  writeFileSync(to, Buffer.concat([text.subarray(0, 5000), Buffer.from('x'), text.subarray(5000)]));
  assert.match(problemOf(() => readWordNet(folder)).what, /a synset is not where its id says|is cut off/);
  closeSync(openSync(to, 'w'));
  assert.match(problemOf(() => readWordNet(folder)).what, /it holds no synset/);
  rmSync(to);
  assert.equal(problemOf(() => readWordNet(folder)).what, 'this file is not there');
});

test('siblings that mean alike are put beside each other', () => {
  const texts = [
    'terrier small dog',
    'oak tall tree',
    'spaniel small dog with long ears',
    'elm tall tree with leaves',
    'hound hunting dog',
  ];
  const order = arrange(texts).map((i) => (texts[i]?.includes('dog') ? 'dog' : 'tree'));
  assert.deepEqual(order, ['dog', 'dog', 'dog', 'tree', 'tree']);
  const many = Array.from({ length: 1300 }, (_, i) => `word${i % 37} thing`);
  assert.deepEqual(
    [...arrange(many)].sort((a, b) => a - b),
    many.map((_, i) => i),
    'none is lost, none is twice',
  );
});

test('a list that is too long for one node is arranged in parts, which are nodes and hold each leaf once', () => {
  const lines = Array.from({ length: 1300 }, (_, i) => `${i}\tn${i}\t${i === 0 ? -1 : 0}\tcategory ${i}`);
  const taxonomy = packTaxonomy(readHierarchy(hierarchyIn(lines)), 0);
  const shared = { taxonomy, preset: findPreset('balanced') };
  const place = { index: 1, depth: 1 };
  const parts = Array.from({ length: countParts(shared, place) }, (_, i) => partOf(shared, place, i + 1));
  assert.deepEqual(
    parts.map(({ length }) => length),
    [512, 512, 275],
  );
  assert.deepEqual(parts.flat(), listOf(shared, place));
  assert.equal(new Set(parts.flat()).size, 1299);
  assert.equal(countPartsBelow(shared, { index: 0, depth: 0 }), 3);
  assert.equal(countParts({ taxonomy, preset: findPreset('detailed') }, place), 0, 'nothing is arranged');
  const file = hierarchyIn(lines);
  for (const threads of ['1', '2']) {
    const run = skeleton('tencent', '--hierarchy', file, '--threads', threads, '-o', `long-${threads}.yaml`);
    assert.match(run.stderr, /^✅ tree of 1,304 nodes complete/m, 'the whole, its categories and three parts');
  }
  assert.equal(written('long-1.yaml'), written('long-2.yaml'));
});

test('synsets are found by their id, and nothing else is one', () => {
  const wordNet = readWordNet();
  assert.equal(wordNet.idOf(findSynset(wordNet, 'n00001740')), 'n00001740');
  for (const id of ['n00001741', '00001740', 'N00001740', 'n1740', '']) assert.equal(wordNet.indexOf(id), -1, id);
});
