/** The exit code of a command that waited for the end of a batch. SPEC 10. */
import type { BatchState } from '../core/state.ts';
import { countWorks } from './work.ts';

/**
 * 3 with failed or skipped works (operator's and derived), 4 when it ended stopped, with stopped works, or came
 * to rest paused; 3 wins. 0 otherwise, and for a batch that has not ended.
 */
export const exitCode = (state: BatchState): 0 | 3 | 4 => {
  const { status } = state.batch;
  const isAtRest = status === 'completed' || status === 'stopped' || (status === 'paused' && state.active.length === 0);
  if (!isAtRest) return 0;
  const counts = countWorks(state);
  if (counts.failed > 0 || counts.skipped > 0) return 3;
  return status !== 'completed' || counts.stopped > 0 ? 4 : 0;
};
