/** One line about what was just done or refused, said to screen readers too. A refusal stays until a click. */
import { useSyncExternalStore, type ReactElement } from 'react';
import { asApiError, type ApiError } from '../data/api.ts';
import { Icon } from './icon.tsx';
import { Problem } from './problem.tsx';

type Notice = { readonly text: string } | { readonly problem: ApiError };

let shown: Notice | null = null;
const listeners = new Set<() => void>();

const show = (notice: Notice | null): void => {
  shown = notice;
  for (const listener of listeners) listener();
};

/** A message that asks for nothing goes by itself; a refusal stays. */
const shownMs = 6000;

export const say = (text: string): void => {
  const notice = { text };
  show(notice);
  setTimeout(() => {
    if (shown === notice) show(null);
  }, shownMs);
};
export const sayProblem = (cause: unknown): void => show({ problem: asApiError(cause) });

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const NoticeArea = (): ReactElement => {
  const notice = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="notice-area" role="status">
      {notice !== null && (
        <div className="notice">
          {'text' in notice ? <p>{notice.text}</p> : <Problem problem={notice.problem} />}
          <button
            type="button"
            className="quiet icon-button"
            aria-label="Close this message"
            onClick={() => show(null)}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
};
