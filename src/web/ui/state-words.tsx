/** A state's sign and word. */
import type { ReactElement } from 'react';
import type { ShownState } from '../../view/work.ts';
import { Icon } from './icon.tsx';

export const StateWords = ({ state }: { readonly state: ShownState }): ReactElement => (
  <span className={`state state-${state}`}>
    <Icon name={state} />
    {state}
  </span>
);
