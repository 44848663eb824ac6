/** Pause, resume, stop. What destroys time is asked for twice. */
import { useState, type ReactElement } from 'react';
import type { ControlAnswer, StatusAnswer } from '../../view/api.ts';
import { count } from '../../view/count.ts';
import { call } from '../data/api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { say, sayProblem } from '../ui/notice.tsx';

interface Props {
  readonly status: StatusAnswer;
  readonly isLost: boolean;
  readonly onChanged: () => void;
}

type Wish = 'pause' | 'resume' | 'stop';

export const Controls = ({ status, isLost, onChanged }: Props): ReactElement => {
  const [isBusy, setIsBusy] = useState(false);
  const [isStopping, setIsStopping] = useState(false);
  const send = async (wish: Wish, more: object = {}): Promise<void> => {
    setIsBusy(true);
    try {
      const answer = await call<ControlAnswer>(`/${wish}`, { body: { batch_run_id: status.batch_run_id, ...more } });
      say(`The batch is ${answer.state}.`);
    } catch (cause) {
      sayProblem(cause);
    } finally {
      setIsBusy(false);
      onChanged();
    }
  };
  const { state, scheduler } = status;
  const isRunning = state === 'running' && scheduler.running;
  const isOver = state === 'stopped' || state === 'completed';
  const canResume = state === 'paused' || state === 'stopped' || (state === 'running' && !scheduler.running);
  const off = isBusy || isLost;
  return (
    <div className="controls" role="group" aria-label="Controls of the batch">
      {isRunning && (
        <button type="button" disabled={off} onClick={() => void send('pause')}>
          Pause
        </button>
      )}
      {canResume && (
        <button type="button" className="primary" disabled={off} onClick={() => void send('resume')}>
          Resume
        </button>
      )}
      {!isOver && (
        <button type="button" className="danger" disabled={off} onClick={() => setIsStopping(true)}>
          {state === 'stopping' ? 'Force stop…' : 'Stop…'}
        </button>
      )}
      {isStopping && (
        <StopDialog
          status={status}
          onClose={() => setIsStopping(false)}
          onStop={(how) => {
            setIsStopping(false);
            void send('stop', how);
          }}
        />
      )}
    </div>
  );
};

const ways = {
  drain: {
    label: 'After the running works',
    words: 'What runs is finished and delivered; nothing new begins.',
    body: { drain: true },
  },
  stop: {
    label: 'Now',
    words: 'Running stages are asked to end. Their works stay resumable from the last stage that was passed.',
    body: {},
  },
  force: {
    label: 'Now, by force',
    words: 'Running processes are killed. What the stage has done since its beginning is done again on resume.',
    body: { force: true },
  },
} as const;

type Way = keyof typeof ways;

interface StopProps {
  readonly status: StatusAnswer;
  readonly onClose: () => void;
  readonly onStop: (how: object) => void;
}

const StopDialog = ({ status, onClose, onStop }: StopProps): ReactElement => {
  const [way, setWay] = useState<Way>(status.state === 'stopping' ? 'force' : 'stop');
  return (
    <Dialog title="Stop the batch?" onClose={onClose}>
      <p>
        {count(status.counts.running, 'work')} {status.counts.running === 1 ? 'runs' : 'run'}, {status.counts.queued}{' '}
        {status.counts.queued === 1 ? 'waits' : 'wait'}. A stopped batch can be resumed.
      </p>
      <fieldset className="choices">
        <legend className="visually-hidden">When</legend>
        {(Object.keys(ways) as Way[]).map((each) => (
          <label key={each} className={way === each ? 'choice taken' : 'choice'}>
            <input type="radio" name="way" value={each} checked={way === each} onChange={() => setWay(each)} />
            <span>
              <strong>{ways[each].label}</strong>
              <span className="dim">{ways[each].words}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="dialog-actions">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="danger solid" onClick={() => onStop(ways[way].body)}>
          {way === 'drain' ? 'Stop after the running works' : way === 'stop' ? 'Stop now' : 'Force stop'}
        </button>
      </div>
    </Dialog>
  );
};
