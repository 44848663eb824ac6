/** The builder: the works of the schedule to choose from, the order of their groups, and the plan that follows. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { CatalogueAnswer } from '../../view/api.ts';
import { goTo } from '../app/route.ts';
import { useFetched } from '../data/use.ts';
import { Preview } from '../preview/preview.tsx';
import { Problem } from '../ui/problem.tsx';
import { noFilter, type Filter } from './filter-bar.tsx';
import { OptionFields } from './options.tsx';
import { OrderCards } from './order-cards.tsx';
import { Plans } from './plans.tsx';
import { StartBox } from './start-box.tsx';
import { useChoice } from './use-choice.ts';
import { usePlan } from './use-plan.ts';
import { WorksPane } from './works-pane.tsx';

type Pane = 'works' | 'preview';

export const Builder = ({ pane }: { readonly pane: Pane }): ReactElement => {
  const { answer, problem, reload } = useFetched<CatalogueAnswer>('/catalogue');
  // Whoever comes back to the page sees the works as they are now.
  useEffect(() => {
    const onFocus = (): void => {
      if (!document.hidden) reload();
    };
    document.addEventListener('visibilitychange', onFocus);
    return () => document.removeEventListener('visibilitychange', onFocus);
  }, [reload]);
  if (answer === null)
    return problem === null ? (
      <p className="first-words">Reading the works…</p>
    ) : (
      <div className="blank">
        <h1>The works cannot be read</h1>
        <Problem problem={problem} onRetry={reload} />
      </div>
    );
  if (answer.works.length === 0) return <NoWorks onRetry={reload} />;
  return <Bench catalogue={answer} pane={pane} onReload={reload} />;
};

const NoWorks = ({ onRetry }: { readonly onRetry: () => void }): ReactElement => (
  <div className="blank">
    <h1>There are no works yet</h1>
    <p>The schedule of this repository is empty. Fill it in a terminal, for example from a folder of task files:</p>
    <pre>wf0-schedule create md=tasks/</pre>
    <button type="button" onClick={onRetry}>
      Look again
    </button>
  </div>
);

interface BenchProps {
  readonly catalogue: CatalogueAnswer;
  readonly pane: Pane;
  readonly onReload: () => void;
}

const Bench = ({ catalogue, pane, onReload }: BenchProps): ReactElement => {
  const { works } = catalogue;
  const choice = useChoice(catalogue);
  const { chosen } = choice;
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [arePlansOpen, setPlansOpen] = useState(false);
  const [turn, setTurn] = useState(0);
  const plan = usePlan(choice.request, turn);
  const counts = useMemo(() => {
    const sums = new Map<string, number>();
    works.forEach(({ group }, i) => {
      if (chosen.bits[i] === 1) sums.set(group ?? '', (sums.get(group ?? '') ?? 0) + 1);
    });
    return sums;
  }, [works, chosen]);
  const refresh = (): void => {
    onReload();
    setTurn((before) => before + 1);
  };
  return (
    <div className="builder">
      <div className="builder-main">
        <div className="builder-top">
          <h1 className="visually-hidden">Batch run builder</h1>
          <div className="tabs" role="tablist" aria-label="Works or preview">
            <PaneTab pane="works" shown={pane} label="Works" />
            <PaneTab pane="preview" shown={pane} label="Preview" />
          </div>
          <span className="builder-root dim" title={catalogue.root}>
            {catalogue.root}
          </span>
          <button type="button" onClick={() => setPlansOpen(true)}>
            Plans…
          </button>
        </div>
        <div id="pane" className="pane" role="tabpanel" aria-labelledby={`tab-${pane}`}>
          {pane === 'works' ? (
            <WorksPane {...{ works, chosen, onChosen: choice.setChosen, filter, onFilter: setFilter }} />
          ) : (
            <Preview state={plan} works={works} />
          )}
        </div>
      </div>
      <aside className="builder-side" aria-label="Order, settings and start">
        <OrderCards
          wish={choice.wish}
          onWish={choice.setWish}
          onReset={choice.isOwnWish ? () => choice.setWish(null) : null}
          counts={counts}
        />
        <OptionFields catalogue={catalogue} options={choice.options} onOptions={choice.setOptions} />
        <StartBox state={plan} isReadOnly={catalogue.read_only} onRefresh={refresh} />
      </aside>
      {arePlansOpen && (
        <Plans
          request={choice.request}
          isReadOnly={catalogue.read_only}
          onLoad={choice.load}
          onClose={() => setPlansOpen(false)}
        />
      )}
    </div>
  );
};

interface TabProps {
  readonly pane: Pane;
  readonly shown: Pane;
  readonly label: string;
}

const PaneTab = ({ pane, shown, label }: TabProps): ReactElement => (
  <button
    type="button"
    role="tab"
    id={`tab-${pane}`}
    aria-selected={pane === shown}
    aria-controls="pane"
    tabIndex={pane === shown ? 0 : -1}
    onClick={() => goTo({ page: 'builder', pane })}
    onKeyDown={(event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      const other = pane === 'works' ? 'preview' : 'works';
      goTo({ page: 'builder', pane: other });
      document.getElementById(`tab-${other}`)?.focus();
    }}
  >
    {label}
  </button>
);
