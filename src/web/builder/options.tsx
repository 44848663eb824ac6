/** How the chosen works are run. */
import type { ReactElement } from 'react';
import type { CatalogueAnswer } from '../../view/api.ts';
import type { Options } from './draft.ts';

interface Props {
  readonly catalogue: CatalogueAnswer;
  readonly options: Options;
  readonly onOptions: (options: Options) => void;
}

export const OptionFields = ({ catalogue, options, onOptions }: Props): ReactElement => (
  <section className="options" aria-labelledby="options-name">
    <h2 id="options-name">Settings</h2>
    <label>
      <span>Workers</span>
      <select
        value={String(options.parallel ?? '')}
        onChange={({ target }) =>
          onOptions({
            ...options,
            parallel: target.value === '' ? null : target.value === 'auto' ? 'auto' : Number(target.value),
          })
        }
      >
        <option value="">{catalogue.default_parallel} (default)</option>
        <option value="auto">as this machine bears</option>
        {Array.from({ length: Math.min(catalogue.max_parallel, 64) }, (_, i) => (
          <option key={i} value={i + 1}>
            {i + 1}
          </option>
        ))}
      </select>
    </label>
    <label>
      <span>Workflow</span>
      <select
        value={options.workflow ?? ''}
        onChange={({ target }) => onOptions({ ...options, workflow: target.value === '' ? null : target.value })}
      >
        <option value="">each work’s own</option>
        {catalogue.workflows.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
    <label className="option-check">
      <input
        type="checkbox"
        checked={options.rerun}
        onChange={({ target }) => onOptions({ ...options, rerun: target.checked })}
      />
      <span>Run again what was delivered before</span>
    </label>
  </section>
);
