/** What can be done with one work: run it again, leave it out, end it. */
import { useState, type ReactElement } from 'react';
import type { ItemStatus } from '../../view/status.ts';
import { call } from '../data/api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { say, sayProblem } from '../ui/notice.tsx';

interface Props {
  readonly item: ItemStatus;
  readonly batch: string | null;
  /** In a line: without what is rare. */
  readonly isShort?: boolean;
}

type Asked = 'skip' | 'stop';

export const WorkActions = ({ item, batch, isShort }: Props): ReactElement => {
  const [asked, setAsked] = useState<Asked | null>(null);
  const { id, state } = item;
  const act =
    (path: string, done: string, more: object = {}) =>
    (): void => {
      setAsked(null);
      call(path, { body: { batch_run_id: batch, ids: [id], ...more } }).then(() => say(done), sayProblem);
    };
  const canRetry = state === 'failed' || state === 'stopped' || state === 'skipped';
  return (
    <span className="work-actions">
      {canRetry && (
        <button type="button" aria-label={`Retry ${id}`} onClick={act('/retry', `${id} is queued again.`)}>
          Retry
        </button>
      )}
      {state === 'completed' && isShort !== true && (
        <button
          type="button"
          aria-label={`Run ${id} again`}
          onClick={act('/retry', `${id} is queued again.`, { rerun: true })}
        >
          Run again
        </button>
      )}
      {(state === 'queued' || state === 'failed' || state === 'stopped') && (
        <button type="button" aria-label={`Skip ${id}`} onClick={() => setAsked('skip')}>
          Skip
        </button>
      )}
      {state === 'running' && (
        <button type="button" className="danger" aria-label={`Stop ${id}`} onClick={() => setAsked('stop')}>
          Stop
        </button>
      )}
      {asked === 'skip' && (
        <Dialog title={`Skip ${id}?`} onClose={() => setAsked(null)}>
          <p>It will not run. Works that depend on it can only run if what it makes counts as done.</p>
          <div className="dialog-actions">
            <button type="button" onClick={() => setAsked(null)}>
              Cancel
            </button>
            <button
              type="button"
              onClick={act('/skip', `${id} is skipped; its dependents go on.`, { satisfied: true })}
            >
              Skip, dependents go on
            </button>
            <button type="button" className="danger solid" onClick={act('/skip', `${id} is skipped.`)}>
              Skip it and its dependents
            </button>
          </div>
        </Dialog>
      )}
      {asked === 'stop' && (
        <Dialog title={`Stop ${id}?`} onClose={() => setAsked(null)}>
          <p>
            Its stage is asked to end; what it did since the stage began is done again on a retry. The batch goes on.
          </p>
          <div className="dialog-actions">
            <button type="button" onClick={() => setAsked(null)}>
              Cancel
            </button>
            <button type="button" className="danger solid" onClick={act('/stop', `${id} is asked to stop.`)}>
              Stop it
            </button>
          </div>
        </Dialog>
      )}
    </span>
  );
};
