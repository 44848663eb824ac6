/** The schedule over time: one lane a worker, a bar a stage; works of the critical path are underlined. */
import { useEffect, useMemo, useRef, useState, type MouseEvent, type ReactElement } from 'react';
import type { RunsAnswer, StatusAnswer } from '../../view/api.ts';
import { count } from '../../view/count.ts';
import { formatDuration } from '../../view/duration.ts';
import { useNow, useSize } from '../data/use.ts';
import { drawTimeline, laneHeight, axisHeight } from './timeline-draw.ts';
import { barAt, layTimeline, type Bar } from './timeline-layout.ts';
import type { OnOpen } from './open.ts';

interface Props {
  readonly runs: RunsAnswer | null;
  readonly status: StatusAnswer;
  readonly onOpen: OnOpen;
}

const spans = { all: null, hour: 3_600_000, 'ten minutes': 600_000 } as const;
type Span = keyof typeof spans;

export const Timeline = ({ runs, status, onOpen }: Props): ReactElement => {
  const [watchSize, { width }] = useSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [span, setSpan] = useState<Span>('all');
  const [under, setUnder] = useState<{ readonly bar: Bar; readonly x: number; readonly y: number } | null>(null);
  const isGoing = runs?.runs.some(({ ended_at }) => ended_at === null) ?? false;
  const now = useNow(1000, isGoing && status.ended_at === null);
  const scheme = useScheme();
  const timeline = useMemo(
    () => (runs === null || width === 0 ? null : layTimeline(runs, { width, now, lastMs: spans[span] })),
    [runs, width, now, span],
  );
  const height = (timeline?.lanes.length ?? 1) * laneHeight + axisHeight;
  useEffect(() => {
    if (canvas.current !== null && timeline !== null) drawTimeline(canvas.current, timeline, { width, height });
  }, [timeline, width, height, scheme]);
  const find = (event: MouseEvent): Bar | null => {
    if (timeline === null) return null;
    const box = event.currentTarget.getBoundingClientRect();
    return barAt(timeline, Math.floor((event.clientY - box.top) / laneHeight), event.clientX - box.left);
  };
  const isEmpty = runs !== null && runs.runs.length === 0;
  return (
    <section className="panel" aria-labelledby="timeline-name">
      <header className="section-head">
        <h2 id="timeline-name">Schedule over time</h2>
        <Legend hasCritical={(runs?.critical_path.length ?? 0) > 1} />
        <select aria-label="Time shown" value={span} onChange={({ target }) => setSpan(target.value as Span)}>
          <option value="all">all</option>
          <option value="hour">last hour</option>
          <option value="ten minutes">last ten minutes</option>
        </select>
      </header>
      {isEmpty && <p className="dim">No stage has begun yet.</p>}
      <div className="timeline" hidden={isEmpty}>
        <div className="timeline-lanes" aria-hidden="true">
          {timeline?.lanes.map((worker) => (
            <span key={worker} style={{ height: laneHeight }}>
              {worker}
            </span>
          ))}
        </div>
        <div className="timeline-canvas" ref={watchSize} style={{ height }}>
          <canvas
            ref={canvas}
            role="img"
            aria-label={`${count(runs?.runs.length ?? 0, 'stage')} of ${count(timeline?.lanes.length ?? 0, 'worker')} over ${formatDuration((timeline?.until ?? 0) - (timeline?.from ?? 0))}`}
            onMouseMove={(event) => {
              const bar = find(event);
              setUnder(bar === null ? null : { bar, x: bar.x + bar.width / 2, y: (bar.lane + 1) * laneHeight });
            }}
            onMouseLeave={() => setUnder(null)}
            onClick={(event) => {
              const bar = find(event);
              if (bar !== null) onOpen(bar.run.id);
            }}
          />
          {under !== null && <Tip {...under} width={width} now={now} />}
        </div>
      </div>
    </section>
  );
};

interface TipProps {
  readonly bar: Bar;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly now: number;
}

const Tip = ({ bar: { run }, x, y, width, now }: TipProps): ReactElement => {
  const ms = (run.ended_at === null ? now : Date.parse(run.ended_at)) - Date.parse(run.started_at);
  return (
    <div className="tip" style={{ left: Math.min(Math.max(x, 120), width - 120), top: y }}>
      <strong>{run.id}</strong> {run.stage}
      <br />
      {run.outcome}, {formatDuration(ms)}
      {run.attempt > 1 && `, attempt ${run.attempt}`}
      {run.note !== null && <p>{run.note}</p>}
    </div>
  );
};

const Legend = ({ hasCritical }: { readonly hasCritical: boolean }): ReactElement => (
  <ul className="legend" aria-label="Colours">
    {(['running', 'passed', 'failed', 'stopped', 'given back'] as const).map((outcome) => (
      <li key={outcome}>
        <span className={`swatch swatch-${outcome.replace(' ', '-')}`} />
        {outcome}
      </li>
    ))}
    {hasCritical && (
      <li>
        <span className="swatch swatch-critical" />
        critical path
      </li>
    )}
  </ul>
);

/** Changes when light and dark change: a canvas has to be painted anew. */
const useScheme = (): boolean => {
  const [isDark, setIsDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const onChange = (): void => setIsDark(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  return isDark;
};
