/** Saved plans and those of earlier runs: saved, taken up, cloned, deleted. */
import { useState, type FormEvent, type ReactElement } from 'react';
import type { PlanRequest } from '../../protocol/api-request.ts';
import type { BatchListAnswer, PlanAnswer, PlanListAnswer, SavedPlanAnswer } from '../../view/api.ts';
import { count } from '../../view/count.ts';
import { call, segment } from '../data/api.ts';
import { useFetched, useNow } from '../data/use.ts';
import { Dialog } from '../ui/dialog.tsx';
import { say, sayProblem } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { agoWords, dateWords } from '../ui/time.ts';
import type { Loaded } from './use-choice.ts';

interface Props {
  /** Null: nothing is chosen, nothing can be saved. */
  readonly request: PlanRequest | null;
  readonly isReadOnly: boolean;
  readonly onLoad: (loaded: Loaded) => void;
  readonly onClose: () => void;
}

export const Plans = ({ request, isReadOnly, onLoad, onClose }: Props): ReactElement => {
  const plans = useFetched<PlanListAnswer>('/plans');
  const runs = useFetched<BatchListAnswer>('/');
  const now = useNow(60_000);
  const act = async (what: () => Promise<string>): Promise<void> => {
    try {
      say(await what());
    } catch (cause) {
      sayProblem(cause);
    }
    plans.reload();
  };
  const load = (path: string, name: string) => (): void =>
    void act(async () => {
      onLoad(await call<SavedPlanAnswer>(path));
      onClose();
      return `${name} is in the builder now.`;
    });
  return (
    <Dialog title="Plans" onClose={onClose}>
      {!isReadOnly && <SaveForm request={request} onSave={(name) => act(() => save(request, name))} />}
      <h3>Saved plans</h3>
      {plans.problem !== null && <Problem problem={plans.problem} onRetry={plans.reload} />}
      {plans.answer?.plans.length === 0 && <p className="dim">None is saved yet.</p>}
      <ul className="plan-list">
        {plans.answer?.plans.map(({ name, created_at, works }) => (
          <li key={name}>
            <span className="plan-name">{name}</span>
            <span className="dim" title={dateWords(created_at)}>
              {count(works, 'work')}, {agoWords(created_at, now)}
            </span>
            <span className="plan-actions">
              <button
                type="button"
                onClick={load(`/plans/${segment(name)}`, `Plan ${name}`)}
                aria-label={`Load ${name}`}
              >
                Load
              </button>
              {!isReadOnly && (
                <>
                  <CloneButton name={name} onClone={(as) => act(() => clone(name, as))} />
                  <button
                    type="button"
                    className="danger"
                    aria-label={`Delete ${name}`}
                    onClick={() => void act(() => remove(name))}
                  >
                    Delete
                  </button>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <h3>Runs</h3>
      {runs.answer?.batches.length === 0 && <p className="dim">Nothing has run yet.</p>}
      <Runs
        batches={runs.answer?.batches ?? []}
        now={now}
        onTakeUp={(batch) => load(`/${segment(batch)}/plan`, `The plan of ${batch}`)()}
      />
      <div className="dialog-actions">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
};

interface RunsProps {
  readonly batches: BatchListAnswer['batches'];
  readonly now: number;
  readonly onTakeUp: (batch: string) => void;
}

const Runs = ({ batches, now, onTakeUp }: RunsProps): ReactElement => (
  <ul className="plan-list">
    {batches.map(({ batch_run_id, state, created_at, counts }) => (
      <li key={batch_run_id}>
        <span className="plan-name">{batch_run_id}</span>
        <span className="dim" title={dateWords(created_at)}>
          {count(counts.total, 'work')}, {state}, {agoWords(created_at, now)}
        </span>
        <span className="plan-actions">
          <button
            type="button"
            aria-label={`Take up the plan of ${batch_run_id}`}
            onClick={() => onTakeUp(batch_run_id)}
          >
            Take up
          </button>
        </span>
      </li>
    ))}
  </ul>
);

const save = async (request: PlanRequest | null, name: string): Promise<string> => {
  await call<PlanAnswer>('/plan', { body: { ...request, save_as: name } });
  return `Plan ${name} is saved.`;
};

const clone = async (name: string, as: string): Promise<string> => {
  await call(`/plans/${segment(name)}/clone`, { body: { name: as } });
  return `Plan ${as} is a copy of ${name}.`;
};

const remove = async (name: string): Promise<string> => {
  await call(`/plans/${segment(name)}`, { method: 'DELETE' });
  return `Plan ${name} is deleted.`;
};

interface SaveProps {
  readonly request: PlanRequest | null;
  readonly onSave: (name: string) => Promise<void>;
}

const SaveForm = ({ request, onSave }: SaveProps): ReactElement => {
  const [name, setName] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') void onSave(name.trim());
  };
  return (
    <form className="save-form" onSubmit={submit}>
      <label className="field">
        Save what is chosen now as
        <input value={name} onChange={({ target }) => setName(target.value)} placeholder="nightly" maxLength={80} />
      </label>
      <button type="submit" disabled={request === null || name.trim() === ''}>
        Save
      </button>
    </form>
  );
};

interface CloneProps {
  readonly name: string;
  readonly onClone: (as: string) => Promise<void>;
}

const CloneButton = ({ name, onClone }: CloneProps): ReactElement => {
  const [as, setAs] = useState<string | null>(null);
  if (as === null)
    return (
      <button type="button" aria-label={`Clone ${name}`} onClick={() => setAs(`${name}-copy`)}>
        Clone
      </button>
    );
  return (
    <form
      className="clone-form"
      onSubmit={(event) => {
        event.preventDefault();
        setAs(null);
        void onClone(as);
      }}
    >
      <input
        autoFocus
        aria-label={`Name of the copy of ${name}`}
        value={as}
        maxLength={80}
        onChange={({ target }) => setAs(target.value)}
      />
      <button type="submit">Clone</button>
    </form>
  );
};
