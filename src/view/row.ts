/** What the panel says of one work, in one clause behind its mark. */
import { formatDuration, formatDurationBriefly } from './duration.ts';
import type { Style } from './line.ts';
import { attentionMark, marks, styles } from './mark.ts';
import type { ItemStatus } from './status.ts';

export interface RowWords {
  readonly mark: string;
  readonly text: string;
  readonly style: Style;
}

/** `✅ Complete (12m 34s)`, `🔄 Phase 4: Panel (running 3m)`, `⏳ Queued: why`, `❌` and the error, `❓` and the question. */
export const rowWords = (item: ItemStatus): RowWords =>
  item.needs_attention === null
    ? { mark: marks[item.state], text: textOf(item), style: styles[item.state] }
    : { mark: attentionMark, text: item.needs_attention.question || 'waits for an answer', style: 'warn' };

const textOf = (item: ItemStatus): string => {
  switch (item.state) {
    case 'completed':
      return item.duration_ms === null ? 'Complete' : `Complete (${formatDuration(item.duration_ms)})`;
    case 'running':
      return runningText(item);
    case 'queued':
      return item.reason === null ? 'Queued' : `Queued: ${item.reason}`;
    case 'failed':
      return item.last_error ?? 'Failed';
    case 'skipped':
      return capitalized(item.reason ?? 'skipped');
    case 'stopped':
      return capitalized(item.reason ?? 'stopped');
  }
};

const runningText = (item: ItemStatus): string => {
  const { stage, duration_ms } = item;
  if (stage === 'prepare') return 'Preparing';
  const what = stage === 'push' ? 'Pushing' : runningPhase(item);
  return `${what} (running ${formatDurationBriefly(duration_ms ?? 0)})`;
};

/** Stages are phases; what a stage prints as its own phase says more. */
const runningPhase = ({ stage, stage_index, phase, progress }: ItemStatus): string => {
  const share = progress === null ? '' : ` ${Math.round(progress * 100)}%`;
  if (phase === null) return `Phase ${stage_index + 1}: ${stage ?? ''}${share}`;
  return `${/^phase\b/i.test(phase) ? phase : `${stage ?? ''}: ${phase}`}${share}`;
};

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
