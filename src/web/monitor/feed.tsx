/** What happened, newest first: who did it, what it changed, and why. */
import { memo, type ReactElement } from 'react';
import type { StatusAnswer } from '../../view/api.ts';
import type { Activity } from '../../view/activity.ts';
import { clockWords, dateWords } from '../ui/time.ts';
import type { OnOpen } from './open.ts';

interface Props {
  readonly status: StatusAnswer;
  readonly onOpen: OnOpen;
}

const mostShown = 80;

export const Feed = ({ status, onOpen }: Props): ReactElement => (
  <section className="panel" aria-labelledby="feed-name">
    <h2 id="feed-name">Activity</h2>
    {status.activity.length === 0 ? (
      <p className="dim">Nothing has happened yet.</p>
    ) : (
      <ol className="feed" tabIndex={0} aria-labelledby="feed-name">
        {status.activity
          .slice(-mostShown)
          .reverse()
          .map((entry) => (
            <Entry key={entry.seq} {...{ entry, onOpen }} />
          ))}
      </ol>
    )}
  </section>
);

const Entry = memo(
  ({ entry, onOpen }: { readonly entry: Activity; readonly onOpen: OnOpen }): ReactElement => {
    const { id, at, actor, before, after, text } = entry;
    const isChange = before !== after && after !== null;
    return (
      <li>
        <time className="feed-time" dateTime={at} title={dateWords(at)}>
          {clockWords(at)}
        </time>
        <div>
          {id === null ? (
            !text.startsWith('batch') && <strong>batch</strong>
          ) : (
            <button type="button" className="link" onClick={() => onOpen(id)}>
              {id}
            </button>
          )}{' '}
          {text}
          <p className="feed-change">
            {actor}
            {isChange && (
              <>
                {' · '}
                {before ?? 'new'} → <span className={`word-${after}`}>{after}</span>
              </>
            )}
          </p>
        </div>
      </li>
    );
  },
  (one, other) => one.entry === other.entry,
);
