/** What narrows the grid: words, and a chip a group. What is chosen stays chosen. */
import type { ReactElement } from 'react';
import { count, formatCount } from '../../view/count.ts';
import { Icon } from '../ui/icon.tsx';

export interface Filter {
  readonly text: string;
  readonly groups: readonly string[];
}

export const noFilter: Filter = { text: '', groups: [] };
export const isFiltering = ({ text, groups }: Filter): boolean => text.trim() !== '' || groups.length > 0;

interface Props {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  /** Works of each group; the empty name stands for works without one. */
  readonly groups: ReadonlyMap<string, number>;
  readonly chosen: number;
  /** Chosen works that the filter hides. */
  readonly hidden: number;
  readonly shown: number;
  readonly all: number;
}

export const FilterBar = ({ filter, onFilter, groups, chosen, hidden, shown, all }: Props): ReactElement => (
  <div className="filter-bar">
    <label className="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label="Filter works by text"
        placeholder="Filter by id, title, group, model, variant"
        value={filter.text}
        onChange={({ target }) => onFilter({ ...filter, text: target.value })}
      />
    </label>
    <p className="tally" role="status">
      <strong>{formatCount(chosen)}</strong> chosen of {count(all, 'work')}
      {isFiltering(filter) && <span className="dim"> · {formatCount(shown)} shown</span>}
      {hidden > 0 && <span className="warn"> · {formatCount(hidden)} chosen hidden by the filter</span>}
    </p>
    {groups.size > 1 && (
      <div className="chips" role="group" aria-label="Show only these groups">
        {[...groups].map(([group, works]) => {
          const isOn = filter.groups.includes(group);
          return (
            <button
              key={group}
              type="button"
              className="chip"
              aria-pressed={isOn}
              onClick={() =>
                onFilter({
                  ...filter,
                  groups: isOn ? filter.groups.filter((each) => each !== group) : [...filter.groups, group],
                })
              }
            >
              {group === '' ? 'no group' : group} <span className="chip-count">{formatCount(works)}</span>
            </button>
          );
        })}
        {isFiltering(filter) && (
          <button type="button" className="quiet" onClick={() => onFilter(noFilter)}>
            Show all
          </button>
        )}
      </div>
    )}
  </div>
);
