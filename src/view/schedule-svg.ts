/** The schedule drawn over time: a row a worker, a box a stage. */
import { formatDuration } from './duration.ts';
import { attributes, escapeMarkup } from './markup.ts';
import type { TraceInput } from './report-trace.ts';
import type { StageRun } from './stage-runs.ts';

const width = 1000;
const labels = 90;
const rowHeight = 26;
/** More boxes than this would be thinner than a line; the newest are drawn. */
const drawnRuns = 5000;

export const scheduleSvg = ({ runs, now }: Pick<TraceInput, 'runs' | 'now'>): string => {
  const drawn = runs.slice(-drawnRuns);
  const [first] = drawn;
  if (first === undefined) return '<p>Nothing has run yet.</p>';
  const endOf = (run: StageRun): number => run.ended_at ?? now;
  const from = first.started_at;
  const until = drawn.reduce((latest, run) => Math.max(latest, endOf(run)), from + 1);
  const scale = (width - labels) / (until - from);
  const workers = [...new Set(drawn.map(({ worker }) => worker))].sort(
    (a, b) => a.length - b.length || (a < b ? -1 : 1),
  );
  const boxes = drawn.map((run) =>
    box(run, {
      x: labels + (run.started_at - from) * scale,
      y: workers.indexOf(run.worker) * rowHeight,
      width: Math.max(0.5, (endOf(run) - run.started_at) * scale),
      ms: endOf(run) - run.started_at,
    }),
  );
  const height = workers.length * rowHeight + 20;
  return [
    `<svg${attributes({ viewBox: `0 0 ${width} ${height}`, role: 'img' })} aria-label="stages of each worker over time">`,
    ...workers.map((worker, i) => `<text${attributes({ x: 0, y: i * rowHeight + 16 })}>${escapeMarkup(worker)}</text>`),
    ...boxes,
    `<text${attributes({ x: labels, y: height - 5 })}>0</text>`,
    `<text${attributes({ x: width, y: height - 5, 'text-anchor': 'end' })}>${formatDuration(until - from)}</text>`,
    '</svg>',
  ].join('\n');
};

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly ms: number;
}

const box = ({ id, stage, outcome, note, attempt }: StageRun, { x, y, width: wide, ms }: Box): string => {
  const words = `${id} ${stage}, ${outcome}, ${formatDuration(ms)}, attempt ${attempt}${note === null ? '' : `: ${note}`}`;
  const shape = {
    class: outcome === 'given back' ? 'back' : outcome,
    x: x.toFixed(2),
    y: y + 3,
    width: wide.toFixed(2),
  };
  return `<rect${attributes({ ...shape, height: rowHeight - 6 })}><title>${escapeMarkup(words)}</title></rect>`;
};
