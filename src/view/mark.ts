/** One sign and one meaning for each state of a work, on every surface. */
import type { Style } from './line.ts';
import type { ShownState } from './work.ts';

export const marks: Readonly<Record<ShownState, string>> = {
  queued: '⏳',
  running: '🔄',
  completed: '✅',
  failed: '❌',
  skipped: '⏭',
  stopped: '⏹',
};

export const styles: Readonly<Record<ShownState, Style>> = {
  queued: 'plain',
  running: 'plain',
  completed: 'good',
  failed: 'bad',
  skipped: 'warn',
  stopped: 'warn',
};

/** Before a work that waits for a person's answer, whatever its state. */
export const attentionMark = '❓';
