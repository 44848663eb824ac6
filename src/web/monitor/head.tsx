/** Which batch, how it stands, how fast it is, and the buttons that steer it. */
import type { ReactElement } from 'react';
import type { BatchListAnswer, StatusAnswer } from '../../view/api.ts';
import { count, formatCount } from '../../view/count.ts';
import { etaWords, formatDuration } from '../../view/duration.ts';
import type { ShownState } from '../../view/work.ts';
import { goTo } from '../app/route.ts';
import type { Connection } from '../data/live.ts';
import { useNow } from '../data/use.ts';
import { Icon } from '../ui/icon.tsx';
import { agoWords, clockWords, dateWords } from '../ui/time.ts';
import { Controls } from './controls.tsx';

interface Props {
  readonly status: StatusAnswer;
  readonly batches: BatchListAnswer['batches'];
  readonly connection: Connection;
  readonly onChanged: () => void;
}

const order: readonly ShownState[] = ['completed', 'running', 'queued', 'failed', 'skipped', 'stopped'];

export const Head = ({ status, batches, connection, onChanged }: Props): ReactElement => (
  <section className="monitor-head" aria-label="Batch">
    <div className="head-line">
      <RunPicker status={status} batches={batches} />
      <span className={`pill pill-${status.state ?? 'planned'}`} data-fact="state">
        {status.state}
      </span>
      <Times status={status} />
      <span className="spacer" />
      <Controls status={status} isLost={connection.state === 'lost'} onChanged={onChanged} />
    </div>
    <ProgressBar status={status} />
    <div className="head-facts">
      <dl className="counts" aria-label="Works by state">
        {order.map((state) => (
          <div key={state} className={`count count-${state}${status.counts[state] === 0 ? ' zero' : ''}`}>
            <dt>
              <Icon name={state} />
              {state}
            </dt>
            <dd data-count={state}>{formatCount(status.counts[state])}</dd>
          </div>
        ))}
      </dl>
      <Pace status={status} />
    </div>
    {status.state === 'running' && !status.scheduler.running && (
      <p className="head-warning" role="alert">
        <Icon name="warning" /> No scheduler runs for this batch: nothing goes on until it is resumed.
      </p>
    )}
  </section>
);

/** The list of batches is read now and then; of the one that is shown more is known. */
const RunPicker = ({ status, batches }: Pick<Props, 'status' | 'batches'>): ReactElement => {
  const shown = status.batch_run_id ?? '';
  const isKnown = batches.some(({ batch_run_id }) => batch_run_id === shown);
  return (
    <select
      className="run-picker"
      aria-label="Batch"
      value={shown}
      onChange={({ target }) =>
        goTo({
          page: 'monitor',
          batch: target.value === batches[0]?.batch_run_id ? 'latest' : target.value,
          ...{ work: null, tab: 'log' },
        })
      }
    >
      {!isKnown && <option value={shown}>{shown}</option>}
      {batches.map((each) => {
        const { state, counts } = each.batch_run_id === shown ? status : each;
        return (
          <option key={each.batch_run_id} value={each.batch_run_id}>
            {each.batch_run_id} · {state} · {counts.completed}/{counts.total}
          </option>
        );
      })}
    </select>
  );
};

const Times = ({ status }: { readonly status: StatusAnswer }): ReactElement | null => {
  const { started_at, ended_at } = status;
  const now = useNow(1000, ended_at === null);
  if (started_at === null) return null;
  const ms = (ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at);
  return (
    <span className="head-times dim" title={`began ${dateWords(started_at)}`}>
      {ended_at === null ? `since ${clockWords(started_at)}` : `ended ${agoWords(ended_at, now)}`} ·{' '}
      {formatDuration(Math.max(0, ms))}
    </span>
  );
};

const ProgressBar = ({ status }: { readonly status: StatusAnswer }): ReactElement => {
  const { counts } = status;
  const finished = counts.total - counts.queued - counts.running;
  const drawn: readonly ShownState[] = ['completed', 'failed', 'skipped', 'stopped', 'running'];
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label="Finished works"
      aria-valuemin={0}
      aria-valuemax={counts.total}
      aria-valuenow={finished}
      aria-valuetext={`${finished} of ${counts.total} finished`}
    >
      {drawn.map((state) => (
        <span
          key={state}
          className={`progress-${state}`}
          style={{ width: `${counts.total === 0 ? 0 : (counts[state] / counts.total) * 100}%` }}
        />
      ))}
    </div>
  );
};

/** The interval of the estimate is told by servers that know one. */
type Estimate = StatusAnswer & { readonly eta_low_seconds?: number | null; readonly eta_high_seconds?: number | null };

const Pace = ({ status }: { readonly status: Estimate }): ReactElement => {
  const { counts, throughput_per_hour, eta_seconds, eta_low_seconds, eta_high_seconds } = status;
  const busy = status.workers.filter(({ work_id }) => work_id !== null).length;
  const short = (seconds: number): string => formatDuration(seconds * 1000);
  return (
    <dl className="pace">
      <div>
        <dt>Finished</dt>
        <dd data-fact="finished">
          {formatCount(counts.total - counts.queued - counts.running)} of {formatCount(counts.total)}
        </dd>
      </div>
      <div>
        <dt>Throughput</dt>
        <dd data-fact="throughput">{throughput_per_hour > 0 ? `${throughput_per_hour} an hour` : '–'}</dd>
      </div>
      <div>
        <dt>Left</dt>
        <dd data-fact="eta">
          {eta_seconds === null ? '–' : etaWords(eta_seconds).replace(/ left$/, '')}
          {eta_low_seconds != null && eta_high_seconds != null && (
            <span className="dim">
              {' '}
              ({short(eta_low_seconds)}–{short(eta_high_seconds)})
            </span>
          )}
        </dd>
      </div>
      <div>
        <dt>Workers</dt>
        <dd data-fact="workers" title={count(status.parallel ?? 0, 'slot')}>
          {busy} of {status.parallel ?? 0} busy
        </dd>
      </div>
    </dl>
  );
};
