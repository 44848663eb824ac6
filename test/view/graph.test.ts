import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { asWorkId, type Work } from '../../src/core/work.ts';
import { completeWork } from '../../src/protocol/schedule.ts';
import { graphDot, graphMermaid } from '../../src/view/graph-formats.ts';
import { asciiGlyphs, drawLanes, roundGlyphs, type LaneRow } from '../../src/view/graph-lanes.ts';
import { graphText } from '../../src/view/graph-text.ts';
import { plainText } from '../../src/view/line.ts';
import { scheduleGraph } from '../../src/view/schedule-graph.ts';

const work = (id: string, dependencies: readonly string[] = [], more: Partial<Work> = {}): Work =>
  completeWork({ id: asWorkId(id), dependencies: dependencies.map(asWorkId), ...more });
const options = { columns: 100, isAscii: false, delivered: new Set<string>(), width: stringWidth };
const draw = (works: readonly Work[], wish: Partial<typeof options> = {}): readonly string[] =>
  plainText(graphText(scheduleGraph(works), { ...options, ...wish }))
    .split('\n')
    .slice(0, -1);

/** Works 0 to n-1, each depending on some before it, so that all hang together or not as chance will have it. */
const acyclic = (most: number): fc.Arbitrary<readonly Work[]> =>
  fc
    .array(fc.array(fc.nat({ max: 1000 }), { maxLength: 4 }), { minLength: 1, maxLength: most })
    .map((lists) =>
      lists.map((list, i) => work(`w${i}`, i === 0 ? [] : [...new Set(list.map((each) => `w${each % i}`))])),
    );

/** Follows the lines of a drawing as a reader does, and gives the dependencies that it shows. */
const follow = (rows: readonly LaneRow[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const shown = new Map<string, Set<string>>();
  let above: (string | null)[] = [];
  for (const { node, drawing } of rows) {
    const at = (column: number): string => drawing[column] ?? ' ';
    const place = [...drawing].findIndex((each) => each === '●' || each === '○');
    const reached = new Set<string>();
    if ((above[place] ?? null) !== null) reached.add(above[place] as string);
    for (const step of [-2, 2])
      for (let column = place; at(column + step / 2) === '─'; column += step)
        if ('├┤┼╰╯┴'.includes(at(column + step))) reached.add(above[column + step] as string);
    shown.set(node.id, reached);
    const below: (string | null)[] = [];
    for (let column = 0; column < drawing.length; column += 2) {
      const goesOn = '│├┤┼'.includes(at(column));
      if (goesOn) assert.ok((above[column] ?? null) !== null, `a line begins in the air: ${drawing}`);
      below[column] = at(column) === '●' ? node.id : goesOn ? (above[column] as string) : null;
      if ((above[column] ?? null) !== null && below[column] === null && column !== place)
        assert.ok('╰╯┴'.includes(at(column)), `a line ends in the air: ${drawing}`);
    }
    above = below;
  }
  assert.ok(
    above.every((owner) => owner === null),
    'a line leads to nothing',
  );
  return shown;
};

describe('the drawing of a schedule', () => {
  test('leads lines from works to what depends on them', () => {
    const works = [
      work('01-schema', [], { title: 'The schema' }),
      work('02-api', ['01-schema'], { title: 'The API' }),
      work('03-page', ['01-schema', '99']),
      work('04-end', ['02-api', '03-page'], { conflicts: [asWorkId('05-x')] }),
      work('05-x'),
      work('06-y'),
      work('07-z', ['old']),
    ];
    assert.deepEqual(draw(works, { delivered: new Set(['old']) }), [
      '7 works, 4 dependencies, 3 levels',
      'works by level: L0 4, L1 2, L2 1',
      '',
      '●    L0  01-schema  The schema',
      '├─●  L1  02-api     The API',
      '● │  L1  03-page    <- 99 (not in the schedule)',
      '○─╯  L2  04-end     never with 05-x',
      '',
      '○  L0  07-z  <- old (delivered)',
      '',
      '2 works without dependencies',
      '  05-x, 06-y',
      '',
      '│ leads down from a work ● to what depends on it; ○ leads on to nothing; L is the level',
    ]);
    const plain = draw(works, { isAscii: true }).join('\n');
    assert.match(plain, /^\* {4}L0 {2}01-schema.*\n\+-\* {2}L1.*\n\* \| {2}L1.*\no-' {2}L2/m);
    assert.match(plain, /^[ -~\n]*$/);
  });

  test('shows every dependency, by a line that a reader can follow or in words, and no other', () => {
    fc.assert(
      fc.property(acyclic(40), fc.integer({ min: 1, max: 8 }), (works, most) => {
        const { works: nodes } = scheduleGraph(works);
        const rows = drawLanes(nodes, { most, glyphs: roundGlyphs });
        assert.deepEqual(rows.map(({ node }) => node.id).sort(), nodes.map(({ id }) => id).sort());
        const shown = follow(rows);
        for (const { node, unseen, drawing } of rows) {
          assert.deepEqual([...(shown.get(node.id) ?? []), ...unseen].sort(), [...node.dependencies].sort());
          assert.ok(drawing.length <= most * 2 + 1);
        }
        const ascii = drawLanes(nodes, { most, glyphs: asciiGlyphs });
        assert.deepEqual(
          ascii.map(({ drawing }) => drawing.length),
          rows.map(({ drawing }) => drawing.length),
        );
      }),
    );
  });

  test('stays within the columns that there are, whatever ids, titles and references are', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        acyclic(30),
        fc.array(text, { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 40, max: 120 }),
        (works, titles, columns) => {
          const named = works.map((each, i) => ({
            ...each,
            title: titles[i] ?? '',
            dependencies: i % 7 === 3 ? [...each.dependencies, asWorkId(titles[i] ?? '')] : each.dependencies,
          }));
          for (const row of draw(named, { columns }).slice(2, -1)) assert.ok(stringWidth(row) <= columns, row);
        },
      ),
    );
  });

  test('names what lies in or behind a circle, and draws the others', () => {
    const rows = draw([work('a', ['b']), work('b', ['a']), work('c', ['b']), work('d'), work('e', ['d'])]);
    assert.deepEqual(rows.slice(3, -2), [
      '●  L0  d',
      '○  L1  e',
      '',
      '3 works in a circle or behind one, not drawn',
      '  a, b, c',
      'a circle: a -> b -> a',
    ]);
  });

  test('says in words what would fill the page with lines', () => {
    const roots = Array.from({ length: 300 }, (_, i) => work(`r${i}`));
    const rows = draw([
      ...roots,
      work(
        'end',
        roots.map(({ id }) => id),
      ),
    ]);
    assert.equal(rows.length, 3 + 301 + 2);
    assert.match(rows[303] ?? '', /^○ {2}L1 {2}end {3}<- 300 works: r0, r1, r2, .*…$/);
  });

  test('counts levels, also of a chain of ten thousand', () => {
    const works = Array.from({ length: 10_000 }, (_, i) => work(`w${i}`, i === 0 ? [] : [`w${i - 1}`]));
    const rows = draw([...works].reverse());
    assert.equal(rows[0], '10,000 works, 9,999 dependencies, 10,000 levels');
    assert.match(rows[1] ?? '', /L11 1, and 9,988 more$/);
    assert.equal(rows[10_002], '○  L9999  w9999');
  });
});

describe('the graph for other programs', () => {
  const hostile = [
    '"]; click n0 "javascript:alert(1)"',
    '%%{init: {}}%%',
    'a\\"; b -> c; \\',
    '<script>&quot;',
    '`x` #35;',
    'ä 漢 🎉',
  ];
  const works = hostile.map((title, i) =>
    work(`w${i}`, i === 0 ? ['"evil" -> \\'] : [`w${i - 1}`], { title, group: i < 2 ? title : null }),
  );

  test('is JSON with levels, both directions and what is missing', () => {
    const { works: nodes, levels, cycle } = scheduleGraph([work('a'), work('b', ['a', '#7']), work('c', ['a'])]);
    assert.deepEqual(nodes[1], {
      id: 'b',
      title: 'b',
      group: null,
      level: 1,
      dependencies: ['a'],
      dependents: [],
      missing: ['#7'],
      conflicts: [],
    });
    assert.deepEqual([nodes[0]?.dependents, levels, cycle], [['b', 'c'], [['a'], ['b', 'c']], null]);
  });

  test('is mermaid in which no title ends its label or says anything to mermaid', () => {
    const text = graphMermaid(scheduleGraph(works));
    for (const row of text.split('\n'))
      assert.match(
        row,
        /^(flowchart LR| *subgraph g\d+\["[^"%<>`]*"\]| *end| +[nm]\d+[[(]"([^"%<>`]|<br\/>)*"[\])]| +[nm]\d+ -\.?->? ?[nm]\d+| +[nm]\d+ -->? ?[nm]\d+)$/,
        row,
      );
    const labels = [...text.matchAll(/^ +n\d+\["[^"]*?<br\/>([^"]*)"\]$/gm)].map(([, label = '']) =>
      label.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
    );
    assert.deepEqual(labels.sort(), [...hostile].sort());
  });

  test('is Graphviz in which every label is one quoted text', () => {
    const text = graphDot(scheduleGraph(works));
    const quoted = /"((?:[^"\\]|\\.)*)"/g;
    const rest = text.replace(quoted, 'TEXT');
    for (const row of rest.split('\n'))
      assert.match(
        row,
        /^(digraph schedule \{|\}| {2}rankdir=LR;| {2}node \[shape=box\];| {2}subgraph cluster_\d+ \{| {2}\}| {4}label=TEXT;| +[nm]\d+ \[label=TEXT(, style=dashed)?\];| {2}[nm]\d+ -> n\d+( \[style=dashed\])?;)$/,
        row,
      );
    const labels = [...text.matchAll(quoted)]
      .map(([, label = '']) => label.split('\\n').slice(1).join('\\n'))
      .filter((label) => label !== '')
      .map((label) => label.replace(/\\(.)/g, '$1').replaceAll('&amp;', '&'));
    for (const title of hostile) assert.ok(labels.includes(title), title);
  });
});
