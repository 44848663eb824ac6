/** What would run, in short, and the button that starts exactly that. */
import { useState, type ReactElement } from 'react';
import type { ControlAnswer, PlanAnswer } from '../../view/api.ts';
import { count, formatCount } from '../../view/count.ts';
import { formatDuration } from '../../view/duration.ts';
import { goTo, onLink } from '../app/route.ts';
import { asApiError, call, type ApiError } from '../data/api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { say } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import type { PlanState } from './use-plan.ts';

interface Props {
  readonly state: PlanState;
  readonly isReadOnly: boolean;
  readonly onRefresh: () => void;
}

export const StartBox = ({ state, isReadOnly, onRefresh }: Props): ReactElement => {
  const { plan, problem, isStale } = state;
  const [isAsking, setIsAsking] = useState(false);
  const [isStarting, setIsStarting] = useState(false);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const reason = whyNot(plan?.answer ?? null, isReadOnly);
  const start = async (confirm?: number): Promise<void> => {
    if (plan === null) return;
    setIsStarting(true);
    setRefusal(null);
    try {
      const { save_as: _, ...request } = plan.request;
      const { batch_run_id } = await call<ControlAnswer>('/start', {
        body: { ...request, plan_hash: plan.answer.plan_hash, ...(confirm === undefined ? {} : { confirm }) },
      });
      say(`Batch ${batch_run_id} has started.`);
      goTo({ page: 'monitor', batch: batch_run_id, work: null, tab: 'log' });
    } catch (cause) {
      setRefusal(asApiError(cause));
      onRefresh();
    } finally {
      setIsStarting(false);
    }
  };
  return (
    <section className="start-box" aria-labelledby="start-name" aria-busy={isStale}>
      <h2 id="start-name">This run</h2>
      {plan === null ? (
        <p className="dim">{isStale ? 'Making the plan…' : 'Nothing is chosen yet.'}</p>
      ) : (
        <Summary plan={plan.answer} isStale={isStale} />
      )}
      {problem !== null && <Problem problem={problem} onRetry={onRefresh} />}
      {refusal !== null && <Problem problem={refusal} />}
      {reason !== null && plan !== null && <p className="start-reason">{reason}</p>}
      {plan?.answer.guards.unfinished_batch != null && (
        <p>
          <a href="/monitor" onClick={onLink({ page: 'monitor', batch: 'latest', work: null, tab: 'log' })}>
            Look at the unfinished batch
          </a>
        </p>
      )}
      <button
        type="button"
        className="primary"
        disabled={reason !== null || isStale || isStarting}
        onClick={() => (plan?.answer.guards.needs_confirmation === true ? setIsAsking(true) : void start())}
      >
        {plan === null || reason !== null ? 'Start' : `Start ${count(plan.answer.totals.works, 'work')}`}
      </button>
      {isAsking && plan !== null && (
        <ConfirmSize
          plan={plan.answer}
          onClose={() => setIsAsking(false)}
          onConfirm={(typed) => {
            setIsAsking(false);
            void start(typed);
          }}
        />
      )}
    </section>
  );
};

/** Why it cannot start, in a sentence; null if it can. */
const whyNot = (plan: PlanAnswer | null, isReadOnly: boolean): string | null => {
  if (plan === null) return 'Nothing is chosen yet.';
  if (isReadOnly) return 'The server is read-only: it starts nothing.';
  const { guards } = plan;
  if (guards.unfinished_batch !== null)
    return `Batch ${guards.unfinished_batch} is not finished: resume or stop it first.`;
  if (guards.is_empty)
    return plan.delivered.length > 0
      ? `All ${count(plan.delivered.length, 'chosen work')} were delivered before; there is nothing to run.`
      : 'The plan is empty: there is nothing to run.';
  if (guards.needs_trust)
    return 'Nobody has trusted the commands of these works yet: run `wf0-batch trust` in a terminal.';
  return null;
};

const bands = { fast: 'fast', standard: 'standard', thorough: 'thorough' } as const;

const Summary = ({ plan, isStale }: { readonly plan: PlanAnswer; readonly isStale: boolean }): ReactElement => {
  const { totals } = plan;
  return (
    <dl className={`summary${isStale ? ' stale' : ''}`}>
      <dt>Works</dt>
      <dd data-fact="works">
        {formatCount(totals.works)}
        {totals.works !== totals.selected && <span className="dim"> of {formatCount(totals.selected)} chosen</span>}
      </dd>
      <dt>Jobs</dt>
      <dd data-fact="jobs">{formatCount(totals.jobs)}</dd>
      <dt>Takes</dt>
      <dd data-fact="estimate">
        about {formatDuration(plan.estimate_seconds * 1000)}
        <span className="dim">
          {' '}
          ({formatDuration(plan.estimate_low_seconds * 1000)}–{formatDuration(plan.estimate_high_seconds * 1000)})
        </span>
      </dd>
      <dt>Band</dt>
      <dd data-fact="band">
        <span className={`band band-${plan.band}`}>{bands[plan.band]}</span>
      </dd>
      <dt>Workers</dt>
      <dd data-fact="workers">{plan.parallel}</dd>
      <dt>Plan</dt>
      <dd data-fact="hash">
        <code title={plan.plan_hash}>{plan.plan_hash.slice(0, 12)}</code>
      </dd>
      {plan.warnings.length + plan.missing.length > 0 && (
        <>
          <dt>Notes</dt>
          <dd className="warn">
            {count(plan.warnings.length + plan.missing.length, 'warning')} in the{' '}
            <a href="/builder?pane=preview" onClick={onLink({ page: 'builder', pane: 'preview' })}>
              preview
            </a>
          </dd>
        </>
      )}
    </dl>
  );
};

interface ConfirmProps {
  readonly plan: PlanAnswer;
  readonly onClose: () => void;
  readonly onConfirm: (typed: number) => void;
}

/** More works than `confirm_above`: the number is typed, so that nobody starts them by a slip. */
const ConfirmSize = ({ plan, onClose, onConfirm }: ConfirmProps): ReactElement => {
  const [typed, setTyped] = useState('');
  const isRight = typed.trim() === String(plan.totals.works);
  return (
    <Dialog title={`Start ${count(plan.totals.works, 'work')}?`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) onConfirm(Number(typed));
        }}
      >
        <p>
          That is more than {formatCount(plan.guards.confirm_above)}: about{' '}
          {formatDuration(plan.estimate_seconds * 1000)} with {count(plan.parallel, 'worker')}.
        </p>
        <label className="field">
          Type the number of works ({plan.totals.works}) to start them
          <input autoFocus inputMode="numeric" value={typed} onChange={({ target }) => setTyped(target.value)} />
        </label>
        <div className="dialog-actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={!isRight}>
            Start {count(plan.totals.works, 'work')}
          </button>
        </div>
      </form>
    </Dialog>
  );
};
