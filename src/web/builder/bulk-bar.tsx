/** Choosing many works at once: all, none, the others, or those of a group, a model or a variant. */
import { useState, type ReactElement } from 'react';
import { formatCount } from '../../view/count.ts';
import type { WorkFilter } from '../../protocol/selection.ts';

export type Property = 'group' | 'model' | 'variant';

interface Props {
  readonly isFiltered: boolean;
  readonly shown: number;
  /** Values of each property with the number of works that have them; the empty name: works without. */
  readonly values: Readonly<Record<Property, ReadonlyMap<string, number>>>;
  readonly onAll: () => void;
  readonly onNone: () => void;
  readonly onInvert: () => void;
  readonly onRule: (set: 'include' | 'exclude', filter: WorkFilter) => void;
}

const filterOf = (property: Property, value: string): WorkFilter => {
  if (property === 'group') return { groups: [value] };
  return property === 'model' ? { models: [value] } : { variants: [value] };
};

export const BulkBar = ({ isFiltered, shown, values, onAll, onNone, onInvert, onRule }: Props): ReactElement => {
  const [property, setProperty] = useState<Property>('group');
  const [wanted, setWanted] = useState('');
  const choices = values[property];
  const value = choices.has(wanted) ? wanted : ([...choices.keys()][0] ?? '');
  const apply = (set: 'include' | 'exclude') => (): void => onRule(set, filterOf(property, value));
  return (
    <div className="bulk-bar" role="toolbar" aria-label="Choose works">
      <button type="button" onClick={onAll}>
        {isFiltered ? `Select ${formatCount(shown)} shown` : 'Select all'}
      </button>
      <button type="button" onClick={onNone}>
        Clear
      </button>
      <button type="button" onClick={onInvert}>
        {isFiltered ? 'Invert shown' : 'Invert'}
      </button>
      <span className="bulk-split" />
      <select aria-label="Choose by" value={property} onChange={({ target }) => setProperty(target.value as Property)}>
        <option value="group">Group</option>
        <option value="model">Model</option>
        <option value="variant">Variant</option>
      </select>
      <select aria-label={`Which ${property}`} value={value} onChange={({ target }) => setWanted(target.value)}>
        {[...choices].map(([name, works]) => (
          <option key={name} value={name}>
            {name === '' ? `no ${property}` : name} ({formatCount(works)})
          </option>
        ))}
      </select>
      <button type="button" onClick={apply('include')} disabled={choices.size === 0}>
        Select {property}
      </button>
      <button type="button" onClick={apply('exclude')} disabled={choices.size === 0}>
        Exclude {property}
      </button>
    </div>
  );
};
