/** Paints the schedule over time. A canvas: five thousand bars are five thousand rectangles, not elements. */
import { formatDuration } from '../../view/duration.ts';
import type { Run, Timeline } from './timeline-layout.ts';

/** CSS pixels. */
export const laneHeight = 24;
export const axisHeight = 20;

const tokens: Readonly<Record<Run['outcome'], string>> = {
  running: '--bar-running',
  passed: '--bar-passed',
  failed: '--bar-failed',
  stopped: '--bar-stopped',
  'given back': '--bar-back',
};

interface Size {
  readonly width: number;
  readonly height: number;
}

export const drawTimeline = (canvas: HTMLCanvasElement, timeline: Timeline, { width, height }: Size): void => {
  const sharpness = devicePixelRatio;
  canvas.width = Math.round(width * sharpness);
  canvas.height = Math.round(height * sharpness);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  const style = getComputedStyle(canvas);
  const colour = (token: string): string => style.getPropertyValue(token);
  pen.scale(sharpness, sharpness);
  pen.clearRect(0, 0, width, height);
  pen.font = `11px ${style.fontFamily}`;
  const lanesEnd = timeline.lanes.length * laneHeight;
  pen.fillStyle = colour('--line');
  timeline.lanes.forEach((_, i) => pen.fillRect(0, (i + 1) * laneHeight - 1, width, 1));
  for (const { x } of timeline.ticks) pen.fillRect(x, 0, 1, lanesEnd + 4);
  pen.fillStyle = colour('--dim');
  for (const { x, ms } of timeline.ticks)
    if (x < width - 30) pen.fillText(ms === 0 ? '0' : formatDuration(ms), x + 3, lanesEnd + 14);
  const fills = Object.fromEntries(Object.entries(tokens).map(([outcome, token]) => [outcome, colour(token)]));
  const [critical, onBar] = [colour('--critical'), colour('--on-bar')];
  for (const { run, lane, x, width: wide, isCritical } of timeline.bars) {
    const top = lane * laneHeight + 3;
    // A gap of half a pixel parts neighbours where there is room for it.
    const drawn = wide > 3 ? wide - 1 : wide;
    pen.fillStyle = fills[run.outcome] ?? '';
    pen.fillRect(x, top, drawn, laneHeight - 8);
    if (isCritical) {
      pen.fillStyle = critical;
      pen.fillRect(x, top + laneHeight - 8, drawn, 2.5);
    }
    if (wide < 46) continue;
    pen.fillStyle = onBar;
    pen.save();
    pen.beginPath();
    pen.rect(x, top, drawn - 4, laneHeight - 8);
    pen.clip();
    pen.fillText(`${run.id} ${run.stage}`, x + 5, top + 12);
    pen.restore();
  }
};
