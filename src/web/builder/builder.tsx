/** The builder: the works of the schedule to choose from, the order of their groups, and the plan that follows. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { makeFilter } from '../../protocol/selection.ts';
import type { CatalogueAnswer, CatalogueWork } from '../../view/api.ts';
import { goTo } from '../app/route.ts';
import { useFetched, useSettled } from '../data/use.ts';
import { Preview } from '../preview/preview.tsx';
import { Problem } from '../ui/problem.tsx';
import { BulkBar, type Property } from './bulk-bar.tsx';
import { applyRule, chooseAll, chooseNone, invertChosen } from './chosen.ts';
import { FilterBar, isFiltering, noFilter, type Filter } from './filter-bar.tsx';
import { Grid } from './grid.tsx';
import { OptionFields } from './options.tsx';
import { OrderCards } from './order-cards.tsx';
import { Plans } from './plans.tsx';
import { StartBox } from './start-box.tsx';
import { useChoice } from './use-choice.ts';
import { usePlan } from './use-plan.ts';

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

const countBy = (works: readonly CatalogueWork[], property: Property): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const work of works) counts.set(work[property] ?? '', (counts.get(work[property] ?? '') ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => collator.compare(a, b)));
};

const collator = new Intl.Collator('en', { numeric: true });

interface BenchProps {
  readonly catalogue: CatalogueAnswer;
  readonly pane: Pane;
  readonly onReload: () => void;
}

const Bench = ({ catalogue, pane, onReload }: BenchProps): ReactElement => {
  const { works } = catalogue;
  const choice = useChoice(catalogue);
  const { chosen, setChosen } = choice;
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [arePlansOpen, setPlansOpen] = useState(false);
  const [turn, setTurn] = useState(0);
  const plan = usePlan(choice.request, turn);
  const values = useMemo(
    () => ({ group: countBy(works, 'group'), model: countBy(works, 'model'), variant: countBy(works, 'variant') }),
    [works],
  );
  // Typing stays quick with many works: the grid follows a moment later.
  const applied = useSettled(filter, works.length > 2000 ? 80 : 0);
  const rule = useMemo(
    () =>
      isFiltering(applied)
        ? { text: applied.text, ...(applied.groups.length === 0 ? {} : { groups: applied.groups }) }
        : null,
    [applied],
  );
  const shown = useMemo(() => {
    const holds = rule === null ? () => true : makeFilter(rule);
    return works.flatMap((work, i) => (holds(work) ? [i] : []));
  }, [works, rule]);
  const counts = useMemo(() => {
    const sums = new Map<string, number>();
    works.forEach(({ group }, i) => {
      if (chosen.bits[i] === 1) sums.set(group ?? '', (sums.get(group ?? '') ?? 0) + 1);
    });
    return sums;
  }, [works, chosen]);
  const seen = shown.reduce((sum, place) => sum + (chosen.bits[place] ?? 0), 0);
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
            <>
              <FilterBar
                {...{ filter, onFilter: setFilter, groups: values.group }}
                {...{ chosen: chosen.count, hidden: chosen.count - seen, shown: shown.length, all: works.length }}
              />
              <BulkBar
                isFiltered={rule !== null}
                {...{ shown: shown.length, values }}
                onAll={() =>
                  setChosen(
                    rule === null ? chooseAll(works) : applyRule(works, chosen, { set: 'include', filter: rule }),
                  )
                }
                onNone={() => setChosen(chooseNone(works))}
                onInvert={() => setChosen(invertChosen(works, chosen, rule))}
                onRule={(set, wanted) => setChosen(applyRule(works, chosen, { set, filter: wanted }))}
              />
              {shown.length === 0 ? (
                <div className="blank">
                  <p>No work fits the filter.</p>
                  <button type="button" onClick={() => setFilter(noFilter)}>
                    Show all
                  </button>
                </div>
              ) : (
                <Grid {...{ works, shown, chosen, onChosen: setChosen }} />
              )}
            </>
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
