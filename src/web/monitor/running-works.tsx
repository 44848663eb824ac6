/** What runs now: stage, phase, progress, the last line of output. */
import type { ReactElement } from 'react';
import type { StatusAnswer } from '../../view/api.ts';
import { formatDuration } from '../../view/duration.ts';
import { rowWords } from '../../view/row.ts';
import type { ItemStatus } from '../../view/status.ts';
import { runningMs } from '../data/live.ts';
import { useNow } from '../data/use.ts';
import type { OnOpen } from './open.ts';

interface Props {
  readonly status: StatusAnswer;
  readonly onOpen: OnOpen;
}

/** More than this are in the list of all works. */
const mostShown = 32;

export const RunningWorks = ({ status, onOpen }: Props): ReactElement => {
  const running = status.items.filter(({ state }) => state === 'running');
  const now = useNow(1000, running.length > 0);
  const workerOf = new Map(status.workers.flatMap(({ id, work_id }) => (work_id === null ? [] : [[work_id, id]])));
  return (
    <section className="panel" aria-labelledby="running-name">
      <h2 id="running-name">
        Running <span className="dim">{running.length}</span>
      </h2>
      {running.length === 0 ? (
        <p className="dim">{emptyWords(status)}</p>
      ) : (
        <ul className="running">
          {running.slice(0, mostShown).map((item) => (
            <RunningWork key={item.id} {...{ item, now, onOpen }} worker={workerOf.get(item.id) ?? null} />
          ))}
        </ul>
      )}
      {running.length > mostShown && <p className="dim">and {running.length - mostShown} more, in the list below</p>}
    </section>
  );
};

const emptyWords = ({ state }: StatusAnswer): string => {
  if (state === 'paused') return 'The batch is paused: nothing begins until it is resumed.';
  if (state === 'completed') return 'The batch is completed.';
  if (state === 'stopped') return 'The batch is stopped.';
  return 'Nothing runs at this moment.';
};

interface WorkProps {
  readonly item: ItemStatus;
  readonly now: number;
  readonly worker: string | null;
  readonly onOpen: OnOpen;
}

const RunningWork = ({ item, now, worker, onOpen }: WorkProps): ReactElement => {
  const ms = runningMs(item, now);
  const share = item.progress ?? (item.stage_count === 0 ? 0 : item.stage_index / item.stage_count);
  return (
    <li data-id={item.id} className={item.needs_attention === null ? undefined : 'waiting'}>
      <div className="running-line">
        <button type="button" className="link" onClick={() => onOpen(item.id)}>
          {item.id}
        </button>
        <span className="running-title">{item.title}</span>
        <span className="running-time">{formatDuration(ms ?? 0)}</span>
      </div>
      <div className="running-line">
        <span
          className="stage-steps"
          aria-label={`stage ${Math.min(item.stage_index + 1, item.stage_count)} of ${item.stage_count}`}
          role="img"
        >
          {Array.from({ length: Math.min(item.stage_count, 12) }, (_, i) => (
            <span key={i} className={i < item.stage_index ? 'done' : i === item.stage_index ? 'now' : ''} />
          ))}
        </span>
        <span className="running-words">{rowWords({ ...item, duration_ms: ms }).text}</span>
        <span className="dim running-worker">
          {worker}
          {item.attempts > 1 && ` · attempt ${item.attempts}`}
        </span>
      </div>
      <div className="thin-bar" aria-hidden="true">
        <span style={{ width: `${Math.round(share * 100)}%` }} />
      </div>
      {item.last_output.length > 0 && <pre className="last-output">{item.last_output.at(-1)}</pre>}
    </li>
  );
};
