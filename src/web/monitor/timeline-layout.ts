/** Where each run of a stage lies in the drawing of the schedule over time. Pure. */
import type { RunsAnswer } from '../../view/api.ts';

export type Run = RunsAnswer['runs'][number];

export interface Bar {
  readonly run: Run;
  readonly lane: number;
  /** CSS pixels. */
  readonly x: number;
  readonly width: number;
  readonly isCritical: boolean;
}

export interface Timeline {
  /** Workers, from the top. */
  readonly lanes: readonly string[];
  readonly bars: readonly Bar[];
  /** Milliseconds since the epoch at the left and the right end. */
  readonly from: number;
  readonly until: number;
  readonly ticks: readonly { readonly x: number; readonly ms: number }[];
}

interface Frame {
  /** CSS pixels. */
  readonly width: number;
  readonly now: number;
  /** Only so much before the end is drawn; null draws all. */
  readonly lastMs: number | null;
}

export const layTimeline = (
  { runs, critical_path }: Pick<RunsAnswer, 'runs' | 'critical_path'>,
  frame: Frame,
): Timeline => {
  const { width, now, lastMs } = frame;
  const spans = runs.map((run) => ({
    run,
    begin: Date.parse(run.started_at),
    end: run.ended_at === null ? now : Date.parse(run.ended_at),
  }));
  const until = spans.reduce((latest, { end }) => Math.max(latest, end), 0);
  const first = spans.reduce((earliest, { begin }) => Math.min(earliest, begin), until);
  const from = lastMs === null ? first : Math.max(first, until - lastMs);
  const scale = width / Math.max(1, until - from);
  const lanes = [...new Set(runs.map(({ worker }) => worker))].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const laneOf = new Map(lanes.map((worker, i) => [worker, i]));
  const critical = new Set(critical_path.length > 1 ? critical_path : []);
  return {
    ...{ lanes, from, until, ticks: ticksBetween(from, until, scale) },
    bars: spans
      .filter(({ end }) => end >= from)
      .map(({ run, begin, end }) => {
        const x = (Math.max(begin, from) - from) * scale;
        return {
          ...{ run, x, lane: laneOf.get(run.worker) ?? 0, isCritical: critical.has(run.id) },
          width: Math.max(1, (end - from) * scale - x),
        };
      }),
  };
};

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
/** CSS pixels between two marks of the axis. */
const tickGap = 90;

const ticksBetween = (from: number, until: number, scale: number): Timeline['ticks'] => {
  const stepMs = (steps.find((seconds) => seconds * 1000 * scale >= tickGap) ?? 604_800) * 1000;
  const found: { x: number; ms: number }[] = [];
  for (let ms = 0; ms <= until - from && found.length < 100; ms += stepMs) found.push({ x: ms * scale, ms });
  return found;
};

/** The bar under a point; the newest where several lie there. */
export const barAt = ({ bars }: Timeline, lane: number, x: number): Bar | null =>
  bars.findLast((bar) => bar.lane === lane && x >= bar.x - 1 && x <= bar.x + bar.width + 1) ?? null;
