/** The plan as it would run: how much, in which order and why, how long, with what, and what stands against it. */
import { useMemo, type ReactElement } from 'react';
import type { CatalogueWork, PlanAnswer } from '../../view/api.ts';
import { count, formatCount } from '../../view/count.ts';
import { formatDuration } from '../../view/duration.ts';
import type { PlanState } from '../builder/use-plan.ts';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { Drawing } from './drawing.tsx';
import { OrderList } from './order-list.tsx';
import { SettingsList } from './settings-list.tsx';

interface Props {
  readonly state: PlanState;
  readonly works: readonly CatalogueWork[];
}

export const Preview = ({ state, works }: Props): ReactElement => {
  const byId = useMemo(() => new Map(works.map((work) => [work.id, work])), [works]);
  const { plan, problem, isStale } = state;
  if (plan === null)
    return (
      <div className="blank">
        {problem !== null ? (
          <Problem problem={problem} />
        ) : (
          <p>{isStale ? 'Making the plan…' : 'Nothing is chosen. Choose works, and their plan stands here.'}</p>
        )}
      </div>
    );
  const { answer } = plan;
  return (
    <div className={`preview${isStale ? ' stale' : ''}`} aria-busy={isStale}>
      <Remarks plan={answer} />
      <div className="preview-facts">
        <Groups plan={answer} />
        <WhatIf plan={answer} />
      </div>
      <OrderList plan={answer} byId={byId} />
      <Drawing plan={answer} byId={byId} />
      <SettingsList plan={answer} />
    </div>
  );
};

const Remarks = ({ plan }: { readonly plan: PlanAnswer }): ReactElement | null => {
  const { missing, warnings, delivered } = plan;
  if (missing.length + warnings.length + delivered.length === 0) return null;
  return (
    <ul className="remarks" aria-label="Warnings">
      {missing.map(({ kind, name, needed_by, hint }) => (
        <li key={`${kind} ${name} ${needed_by}`} className="remark-missing">
          <Icon name="warning" />
          <span>
            The {kind} <code>{name}</code> is missing, needed by {needed_by}. <span className="dim">{hint}</span>
          </span>
        </li>
      ))}
      {warnings.map((warning) => (
        <li key={warning}>
          <Icon name="warning" />
          <span>{warning}</span>
        </li>
      ))}
      {delivered.length > 0 && (
        <li>
          <Icon name="completed" />
          <span>
            {count(delivered.length, 'chosen work')} {delivered.length === 1 ? 'was' : 'were'} delivered before and will
            not run again: {delivered.slice(0, 5).join(', ')}
            {delivered.length > 5 && ' …'}
          </span>
        </li>
      )}
    </ul>
  );
};

const Groups = ({ plan }: { readonly plan: PlanAnswer }): ReactElement => {
  const most = Math.max(1, ...plan.totals.groups.map(({ works }) => works));
  return (
    <section className="panel" aria-labelledby="groups-name">
      <h2 id="groups-name">By group</h2>
      <table className="facts">
        <tbody>
          {plan.totals.groups.map(({ group, works }) => (
            <tr key={group ?? ''}>
              <th scope="row">{group ?? <span className="dim">no group</span>}</th>
              <td className="number">{formatCount(works)}</td>
              <td className="bar-cell">
                <span className="bar" style={{ width: `${(works / most) * 100}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const WhatIf = ({ plan }: { readonly plan: PlanAnswer }): ReactElement => {
  const most = Math.max(1, ...plan.what_if.map(({ estimate_seconds }) => estimate_seconds));
  return (
    <section className="panel" aria-labelledby="what-if-name">
      <h2 id="what-if-name">With other numbers of workers</h2>
      <table className="facts">
        <tbody>
          {plan.what_if.map(({ parallel, estimate_seconds }) => (
            <tr key={parallel} className={parallel === plan.parallel ? 'current' : undefined}>
              <th scope="row">
                {count(parallel, 'worker')}
                {parallel === plan.parallel && <span className="dim"> (this run)</span>}
              </th>
              <td className="number">{formatDuration(estimate_seconds * 1000)}</td>
              <td className="bar-cell">
                <span className="bar" style={{ width: `${(estimate_seconds / most) * 100}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {plan.critical_path.length > 1 && (
        <p className="dim">
          The longest chain has {count(plan.critical_path.length, 'work')}: no number of workers is faster.
        </p>
      )}
    </section>
  );
};
