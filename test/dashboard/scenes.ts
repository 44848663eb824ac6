/** Frames of the panel for batches in simulated time, and what a terminal makes of them. */
import xterm from '@xterm/headless';
import type { Pulse } from '../../src/core/pulse.ts';
import { cutLine, widthOf } from '../../src/dashboard/cut.ts';
import { paintRow } from '../../src/dashboard/row.ts';
import { drawScene, type Drawn } from '../../src/dashboard/scene.ts';
import { firstUi, type Ui } from '../../src/dashboard/ui.ts';
import { emptyFeed, growFeed } from '../../src/view/feed.ts';
import type { makeForecaster } from '../../src/view/forecast.ts';
import type { Line } from '../../src/view/line.ts';
import { makePanel } from '../../src/view/panel.ts';
import { collectStageRuns } from '../../src/view/stage-runs.ts';
import { makeStatus, type StatusDocument } from '../../src/view/status.ts';
import { SampleBatch, samplePlan, type SampleWork } from '../view/sample-batch.ts';

const alive = { schedulerIsAlive: true, deadWorkers: new Set<string>() };

/** `forecast`: that of a view that stays open; without it the ETA is made anew. */
type Foresee = ReturnType<typeof makeForecaster>;

export const statusOf = (
  batch: SampleBatch,
  pulses: readonly [string, Pulse][] = [],
  forecast?: Foresee,
): StatusDocument =>
  makeStatus({
    ...(forecast === undefined ? {} : { eta: forecast(batch.state, batch.now) }),
    state: batch.state,
    now: batch.now,
    pulses: new Map(pulses),
    events: batch.events.slice(-150),
    live: alive,
  });

/** One completed, one failed, one asking, one running, others waiting; some names and titles are wide. */
export const makeBusy = (works = 12): { readonly batch: SampleBatch; readonly pulses: readonly [string, Pulse][] } => {
  const odd: readonly SampleWork[] = [
    { id: 'done', title: '部品を作る', priority: 1 },
    { id: 'broken', title: 'Break 👩‍👩‍👧 families', priority: 1 },
    { id: 'asking', title: 'Ask e\u0301 twice', priority: 1 },
    { id: 'a-work-with-a-name-that-is-longer-than-any-window-has-room-for', title: 'x', priority: 1 },
  ];
  const rest = Array.from({ length: works - odd.length }, (_, i) => ({ id: `rest-${String(i).padStart(4, '0')}` }));
  const batch = new SampleBatch(samplePlan([...odd, ...rest], { parallel: 4 }));
  batch.begin();
  batch.complete('done', 377);
  if (batch.refused > 0) throw new Error('the sample does not hold');
  for (let round = 0; round < 2; round++) {
    batch.prepare('broken');
    batch.endStage('broken', { code: 7, line: 'no such table' });
    batch.pass(61);
    batch.decide();
  }
  batch.prepare('asking');
  batch.ask({ type: 'report_attention', token: batch.token('asking'), question: 'which colour?' }, 'worker-1');
  const running = batch.state.works[batch.state.active.at(-1) ?? -1]?.id ?? '';
  batch.prepare(running);
  batch.pass(200);
  const record = batch.state.records[batch.state.relations.indexOf.get(running as never) ?? -1];
  const worker = record?.state.status === 'running' ? record.state.worker : '';
  const pulse: Pulse = {
    ...{
      at: batch.now,
      id: running,
      stage: 'wf2-spec',
      phase: 'Phase 4: Panel',
      progress: 0.4,
      pid: 1,
      question: null,
    },
    last_output: ['reading 部品.ts', '\u001b[31mred\u001b[0m \u0007bell', 'x'.repeat(400)],
  };
  return { batch, pulses: [[worker, pulse]] };
};

export interface DrawOptions {
  readonly columns: number;
  readonly rows: number;
  readonly ui?: Partial<Ui>;
  readonly tail?: readonly string[];
  readonly forecast?: Foresee;
}

/** What the panel shows of a batch. */
export const drawBatch = (
  batch: SampleBatch,
  pulses: readonly [string, Pulse][],
  { columns, rows, ui: chosen = {}, tail = [], forecast }: DrawOptions,
): Drawn => {
  const ui = { ...firstUi, ...chosen };
  const status = statusOf(batch, pulses, forecast);
  const feed = growFeed(emptyFeed, status);
  const id = ui.view.kind === 'work' || ui.view.kind === 'log' ? ui.view.id : null;
  const collected = collectStageRuns(id);
  for (const event of batch.events) collected.add(event);
  const details = id === null ? null : { id, runs: collected.runs(), tail };
  const seen = { state: batch.state, now: batch.now, pulses: new Map(pulses), events: batch.events, live: alive };
  const panel = makePanel({ status, state: batch.state, now: batch.now, filter: ui.filter });
  return drawScene({ columns, rows, look: { seen, status, feed, details }, panel, ui, interrupt: 'leave' });
};

export const plainPaint = (line: Line): string => line.map(({ text }) => text).join('');

/** The frame as it is handed to the differ. */
export const frameOf = ({ rows }: Drawn): readonly string[] => rows.map((row) => paintRow(row, plainPaint));

/** The frame as text, laid out by the widths that the panel counts with. */
export const textOf = ({ rows }: Drawn): string =>
  rows
    .map((row) =>
      row.reduce((text, { at, width, line }) => layOver(text, at, plainPaint(cutLine(line, width))), '').trimEnd(),
    )
    .join('\n');

const layOver = (text: string, at: number, over: string): string => {
  const columns = [...new Intl.Segmenter().segment(text)].flatMap(({ segment }) => [
    segment,
    ...Array.from({ length: Math.max(0, widthOf(segment) - 1) }, () => ''),
  ]);
  while (columns.length < at - 1) columns.push(' ');
  return columns.slice(0, at - 1).join('') + over + columns.slice(at - 1 + widthOf(over)).join('');
};

/** A terminal without a screen; wide characters are two columns to it, as to those that people use. */
export const openXterm = (columns: number, rows: number): xterm.Terminal =>
  new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });

export const writeTo = (terminal: xterm.Terminal, bytes: string): Promise<void> =>
  new Promise((resolve) => terminal.write(bytes, resolve));

/** The lines of the terminal's window, without trailing spaces. */
export const linesOf = (terminal: xterm.Terminal): readonly string[] =>
  Array.from(
    { length: terminal.rows },
    (_, i) => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + i)?.translateToString(true) ?? '',
  );
