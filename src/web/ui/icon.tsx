/** One drawn sign for each state, the same on every page; words always stand beside it. */
import type { ReactElement } from 'react';
import type { ShownState } from '../../view/work.ts';

export type IconName = ShownState | 'attention' | 'up' | 'down' | 'pin' | 'grip' | 'close' | 'search' | 'warning';

const paths: Readonly<Record<IconName, ReactElement>> = {
  queued: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.4 2.2" />,
  running: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" />,
  completed: <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM5.4 8.2l1.9 1.9 3.4-4" />,
  failed: <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM6 6l4 4m0-4-4 4" />,
  skipped: <path d="M3.5 4.5 8 8l-4.5 3.5Zm5 0L13 8l-4.5 3.5Z" />,
  stopped: <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM6.2 6.2h3.6v3.6H6.2Z" />,
  attention: (
    <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM6.4 6.4a1.7 1.7 0 1 1 2.4 1.6c-.6.2-.8.5-.8 1m0 1.7v.2" />
  ),
  up: <path d="m4 10 4-4 4 4" />,
  down: <path d="m4 6 4 4 4-4" />,
  pin: <path d="M6 2.5h4l-.5 4 2 2.5h-7l2-2.5-.5-4ZM8 9v4.5" />,
  grip: <path d="M6 4v.1M10 4v.1M6 8v.1M10 8v.1M6 12v.1M10 12v.1" strokeWidth="2" />,
  close: <path d="m4 4 8 8m0-8-8 8" />,
  search: <path d="M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm3 7 3.2 3.2" />,
  warning: <path d="M8 2.5 14 13H2L8 2.5ZM8 6.5v3m0 1.6v.1" />,
};

export const Icon = ({ name }: { readonly name: IconName }): ReactElement => (
  <svg className={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    {paths[name]}
  </svg>
);
