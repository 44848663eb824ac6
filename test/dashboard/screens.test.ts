import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeDiffer } from '../../src/dashboard/differ.ts';
import { lineWidth } from '../../src/dashboard/cut.ts';
import type { View } from '../../src/dashboard/ui.ts';
import { drawBatch, frameOf, linesOf, makeBusy, openXterm, textOf, writeTo, type DrawOptions } from './scenes.ts';

const { batch, pulses } = makeBusy();
const longId = 'a-work-with-a-name-that-is-longer-than-any-window-has-room-for';

const onTerminal = async (options: DrawOptions): Promise<readonly string[]> => {
  const terminal = openXterm(options.columns, options.rows);
  await writeTo(terminal, `\u001b[?7l${makeDiffer().update(frameOf(drawBatch(batch, pulses, options)))}`);
  const lines = linesOf(terminal);
  assert.equal(terminal.buffer.active.baseY, 0, 'nothing scrolled');
  terminal.dispose();
  return lines;
};

const views: readonly View[] = [
  { kind: 'list' },
  { kind: 'work', id: 'broken', scroll: 0 },
  { kind: 'work', id: longId, scroll: 3 },
  { kind: 'log', id: 'asking', scroll: 0 },
  { kind: 'help', scroll: 0 },
];

describe('the panel', () => {
  it('is a frame with what matters first, bars and activity', () => {
    assert.equal(`\n${textOf(drawBatch(batch, pulses, { columns: 80, rows: 24 }))}\n`, wide);
    assert.equal(`\n${textOf(drawBatch(batch, pulses, { columns: 40, rows: 15 }))}\n`, narrow);
  });

  it('fills exactly its window and stays inside its frame, at every size, in every view', async () => {
    const sizes = fc.record({ columns: fc.integer({ min: 40, max: 300 }), rows: fc.integer({ min: 5, max: 70 }) });
    const tail = ['部'.repeat(200), 'short', '\tx'];
    await fc.assert(
      fc.asyncProperty(sizes, fc.constantFrom(...views), async (size, view) => {
        const { rows } = drawBatch(batch, pulses, { ...size, tail, ui: { view } });
        assert.equal(rows.length, size.rows);
        for (const cell of rows.flat()) assert.ok(cell.at >= 1 && cell.at + cell.width - 1 <= size.columns);
        const lines = await onTerminal({ ...size, tail, ui: { view } });
        for (const [i, line] of lines.entries()) {
          const ends = i === 0 ? ['╭', '╮'] : i === lines.length - 1 ? ['╰', '╯'] : null;
          assert.match(line, ends === null ? /^[│├].*[│┤]$/ : new RegExp(`^${ends.join('.*')}$`), `${i}: ${line}`);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has no place for control characters of titles, output and questions', () => {
    for (const view of views)
      for (const cell of drawBatch(batch, pulses, { columns: 120, rows: 50, ui: { view } }).rows.flat())
        for (const { text } of cell.line) assert.doesNotMatch(text, /\p{Cc}/u);
  });

  it('a window without room for a frame shows the title', async () => {
    assert.deepEqual(await onTerminal({ columns: 12, rows: 2 }), ['Batch Orche…', '']);
    assert.deepEqual(await onTerminal({ columns: 1, rows: 1 }), ['…']);
  });

  it('a work’s page has its stages with their times, its error, where it is, and what to do', async () => {
    const page = (
      await onTerminal({ columns: 80, rows: 24, ui: { view: { kind: 'work', id: 'broken', scroll: 0 } } })
    ).join('\n');
    for (const part of [
      /─ broken ─/,
      /❌ *wf2-spec exited with 7: no such table/,
      /Do +wf0-batch retry broken/,
      /Worktree +\/repo\/\.worktrees\/broken/,
      /Base +b{40}/,
      /❌ *wf2-spec +\d\d:\d\d:\d\dZ +\S+ +attempt 2 +wf2-spec exited with 7/,
    ])
      assert.match(page, part);
  });

  it('a log is read from its end, and scrolls up to its beginning', async () => {
    const tail = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    const at = async (scroll: number): Promise<string> =>
      (await onTerminal({ columns: 60, rows: 12, tail, ui: { view: { kind: 'log', id: 'done', scroll } } })).join('\n');
    assert.match(await at(0), /line 90 [\s\S]*line 99 /);
    assert.match(await at(5), /line 85 [\s\S]*line 94 /);
    assert.match(await at(1000), /line 0 [\s\S]*line 9 /);
  });
});

describe('2,000 works', () => {
  it('are one window: the urgent ones, the next, and a count of the rest; the list scrolls to its end', () => {
    const { batch: large, pulses: beats } = makeBusy(2000);
    const text = (options: DrawOptions): string => textOf(drawBatch(large, beats, options));
    const first = text({ columns: 80, rows: 24 });
    assert.match(first, /\(2\/2000 tasks\)/);
    assert.match(first, /✅ 1 completed {3}🔄 4 running {3}⏳ 1,994 queued {3}❌ 1 failed/);
    assert.match(first, /❓ which colour\?[\s\S]*❌ wf2-spec exited[\s\S]*🔄 Phase 4: Panel 40% \(running/);
    assert.match(first, /… 1,99\d more: ⏳ 1,99\d queued {2}✅ 1 completed/);
    const { shown } = drawBatch(large, beats, { columns: 80, rows: 24 });
    const last = shown.items.at(-1)?.id ?? '';
    assert.match(text({ columns: 80, rows: 24, ui: { chosen: last } }), new RegExp(`▸ ${last}`));
    assert.equal(new Set(shown.items.map(({ id }) => id)).size, 2000);
  });

  it('a name’s width is that of the names in sight', () => {
    const { rows } = drawBatch(batch, pulses, { columns: 80, rows: 24 });
    const marks = rows.flatMap((row) =>
      row.filter(({ line, width }) => width === 2 && lineWidth(line) > 0).map(({ at }) => at),
    );
    assert.equal(new Set(marks).size, 1);
  });
});

const wide = `
╭─ Batch Orchestration (2/12 tasks) ───────────────────────────────── running ─╮
│ ✅ 1 completed   🔄 4 running   ⏳ 6 queued   ❌ 1 failed                    │
│ 1 work waits for an answer                                                   │
├──────────────────────────────────────────────────────────────────────────────┤
│ ▸ asking                  ❓ which colour?                                   │
│   broken                  ❌ wf2-spec exited with 7: no such table           │
│   a-work-with-a-name-th…  🔄 Preparing                                       │
│   rest-0000               🔄 Preparing                                       │
│   rest-0001               🔄 Phase 4: Panel 40% (running 3m)                 │
│   rest-0002               ⏳ Queued: no free slot, 1st in line: all 4 slots… │
│   rest-0003               ⏳ Queued: no free slot, 2nd in line: all 4 slots… │
│   rest-0004               ⏳ Queued: no free slot, 3rd in line: all 4 slots… │
│   rest-0005               ⏳ Queued: no free slot, 4th in line: all 4 slots… │
│   … 3 more: ⏳ 2 queued  ✅ 1 completed                                      │
├──────────────────────────────────────────────────────────────────────────────┤
│ Tasks Completed  ██░░░░░░░░░░░░░░  2/12, 16%, about 2h 7m left (42m–5h 48m)  │
│ asking           ██░░░░░░░░░░░░░░  running 3m, about 16m left                │
├─ Recent Activity ────────────────────────────────────────────────────────────┤
│ [asking   ] waits for an answer: which colour?                               │
│ [rest-0001] running wf2-spec                                                 │
│ [rest-0001] reading 部品.ts                                                  │
│ [rest-0001] red bell                                                         │
│ [rest-0001] xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… │
╰─ ? help  q leave  ⏎ open  a attach  l log  p pause  s stop  r retry  / find ─╯
`;

const narrow = `
╭─ Batch Orchestration (2/12 tasks) ───╮
│ ✅ 1   🔄 4   ⏳ 6   ❌ 1            │
│ 1 work waits for an answer           │
├──────────────────────────────────────┤
│ ▸ asking      ❓ which colour?       │
│   broken      ❌ wf2-spec exited wi… │
│   a-work-wi…  🔄 Preparing           │
│   … 9 more: 🔄 2 running  ⏳ 6 queu… │
├──────────────────────────────────────┤
│ Tasks Compl…  █░░░░░░  2/12, 16%     │
├─ Recent Activity ────────────────────┤
│ [rest-0001] reading 部品.ts          │
│ [rest-0001] red bell                 │
│ [rest-0001] xxxxxxxxxxxxxxxxxxxxxxx… │
╰─ ? help  q leave  ⏎ open  a attach ──╯
`;
