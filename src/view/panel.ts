/** What the live panel says, before anybody knows how large the window is: all of it comes from the status document. */
import { secondsLeft } from '../core/outlook.ts';
import type { BatchState } from '../core/state.ts';
import { etaRangeWords, etaWords, formatDurationBriefly } from './duration.ts';
import type { Style } from './line.ts';
import { filterItems, panelOrder } from './panel-order.ts';
import type { Counts, ItemStatus, StatusDocument } from './status.ts';

/** A bar of a share between 0 and 1. */
export interface PanelBar {
  readonly label: string;
  readonly share: number;
  /** The most wanted first; of several in one place the first that there is room for. */
  readonly words: readonly (string | readonly string[])[];
}

export interface PanelView {
  /** `Batch Orchestration (3/12 tasks)`; the first number is that of the finished works, whatever their end. */
  readonly title: string;
  readonly state: string;
  readonly stateStyle: Style;
  readonly counts: Counts;
  /** In the order in which they are shown; those that the filter leaves. */
  readonly items: readonly ItemStatus[];
  /** That of the batch, and that of the work that has run longest. */
  readonly bars: readonly PanelBar[];
  /** What a person must know of the batch as a whole. */
  readonly warning: string | null;
}

export interface PanelInput {
  readonly status: StatusDocument;
  /** What the status is of, and when. */
  readonly state: BatchState;
  readonly now: number;
  readonly filter: string;
}

export const makePanel = ({ status, state, now, filter }: PanelInput): PanelView => {
  const { counts } = status;
  return {
    title: `Batch Orchestration (${finished(counts)}/${counts.total} tasks)`,
    state: status.state ?? '',
    stateStyle: status.state === 'running' ? 'good' : status.state === 'completed' ? 'plain' : 'warn',
    counts,
    items: panelOrder(filterItems(status.items, filter)),
    bars: [batchBar(status), ...workBar(status, state, now)],
    warning: warningOf(status),
  };
};

const finished = ({ total, queued, running }: Counts): number => total - queued - running;

const batchBar = (status: StatusDocument): PanelBar => {
  const { counts, throughput_per_hour, eta_seconds, eta_low_seconds, eta_high_seconds } = status;
  const share = counts.total === 0 ? 1 : finished(counts) / counts.total;
  const pace = throughput_per_hour === 0 ? [] : [`${throughput_per_hour}/h`];
  const eta =
    eta_seconds === null
      ? []
      : [[etaRangeWords(eta_seconds, eta_low_seconds, eta_high_seconds), etaWords(eta_seconds)]];
  return {
    label: 'Tasks Completed',
    share,
    words: [`${finished(counts)}/${counts.total}`, `${Math.floor(share * 100)}%`, ...eta, ...pace],
  };
};

const workBar = ({ items }: StatusDocument, state: BatchState, now: number): readonly PanelBar[] => {
  let longest = -1;
  items.forEach(({ state: shown, duration_ms }, i) => {
    if (shown === 'running' && (duration_ms ?? 0) > (items[longest]?.duration_ms ?? -1)) longest = i;
  });
  const item = items[longest];
  return item === undefined ? [] : [longestBar(item, secondsLeft(state, now)(longest))];
};

/** A work that runs longer than expected stays short of the end: only its own end fills its bar. */
const longestBar = ({ id, progress, duration_ms }: ItemStatus, left: number): PanelBar => {
  const ms = duration_ms ?? 0;
  const share = progress ?? ms / Math.max(1, ms + left * 1000);
  return {
    label: id,
    share: Math.min(0.99, share),
    words: [`running ${formatDurationBriefly(ms)}`, ...(left >= 1 ? [etaWords(Math.ceil(left))] : [])],
  };
};

const warningOf = ({ state, scheduler, items }: StatusDocument): string | null => {
  const isOver = state === 'completed' || state === 'stopped';
  if (!isOver && !scheduler.running) return 'no scheduler is running; go on: wf0-batch resume';
  if (state === 'paused') return 'paused: nothing new starts; go on: p, or wf0-batch resume';
  if (state === 'stopping') return 'stopping: what runs is being ended';
  const asking = items.filter((item) => item.needs_attention !== null).length;
  if (asking === 0) return null;
  return asking === 1 ? '1 work waits for an answer' : `${asking} works wait for an answer`;
};
