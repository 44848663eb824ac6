/** All works to choose from: what narrows them, what chooses many at once, and the grid. */
import { useMemo, type ReactElement } from 'react';
import { makeFilter } from '../../protocol/selection.ts';
import type { CatalogueWork } from '../../view/api.ts';
import { useSettled } from '../data/use.ts';
import { BulkBar, type Property } from './bulk-bar.tsx';
import { applyRule, chooseAll, chooseNone, invertChosen, type Chosen } from './chosen.ts';
import { FilterBar, isFiltering, noFilter, type Filter } from './filter-bar.tsx';
import { Grid } from './grid.tsx';

interface Props {
  readonly works: readonly CatalogueWork[];
  readonly chosen: Chosen;
  readonly onChosen: (chosen: Chosen) => void;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

export const WorksPane = ({ works, chosen, onChosen, filter, onFilter }: Props): ReactElement => {
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
  const seen = shown.reduce((sum, place) => sum + (chosen.bits[place] ?? 0), 0);
  const chooseShown = (): Chosen =>
    rule === null ? chooseAll(works) : applyRule(works, chosen, { set: 'include', filter: rule });
  return (
    <>
      <FilterBar
        {...{ filter, onFilter, groups: values.group }}
        {...{ chosen: chosen.count, hidden: chosen.count - seen, shown: shown.length, all: works.length }}
      />
      <BulkBar
        isFiltered={rule !== null}
        {...{ shown: shown.length, values }}
        onAll={() => onChosen(chooseShown())}
        onNone={() => onChosen(chooseNone(works))}
        onInvert={() => onChosen(invertChosen(works, chosen, rule))}
        onRule={(set, wanted) => onChosen(applyRule(works, chosen, { set, filter: wanted }))}
      />
      {shown.length === 0 ? (
        <div className="blank">
          <p>No work fits the filter.</p>
          <button type="button" onClick={() => onFilter(noFilter)}>
            Show all
          </button>
        </div>
      ) : (
        <Grid {...{ works, shown, chosen, onChosen }} />
      )}
    </>
  );
};

const countBy = (works: readonly CatalogueWork[], property: Property): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const work of works) counts.set(work[property] ?? '', (counts.get(work[property] ?? '') ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => collator.compare(a, b)));
};

const collator = new Intl.Collator('en', { numeric: true });
