/** Says that what is shown is old, and since when. */
import type { ReactElement } from 'react';
import { formatDuration } from '../../view/duration.ts';
import type { Connection } from '../data/live.ts';
import { useNow } from '../data/use.ts';
import { Icon } from '../ui/icon.tsx';
import { clockWords } from '../ui/time.ts';

interface Props {
  readonly connection: Connection;
  /** Of the state that is shown. */
  readonly at: string;
}

export const ConnectionBanner = ({ connection, at }: Props): ReactElement | null => {
  const isLost = connection.state === 'lost';
  const now = useNow(1000, isLost);
  if (!isLost) return null;
  const { lastHeard, problem } = connection;
  return (
    <div className="banner" role="alert">
      <Icon name="warning" />
      <p>
        <strong>{problem === null || problem.status === 0 ? 'The server does not answer' : problem.message}</strong>{' '}
        since <time>{clockWords(lastHeard)}</time> ({formatDuration(Math.max(0, now - lastHeard))}). What you see is
        from {clockWords(at)}; the batch goes on without the server. Trying again.
        {problem !== null && problem.status !== 0 && problem.hint !== '' && (
          <span className="dim"> {problem.hint}.</span>
        )}
      </p>
    </div>
  );
};
