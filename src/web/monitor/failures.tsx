/** The newest failures, each with its reason in a line and its log one click away. */
import type { ReactElement } from 'react';
import type { StatusAnswer } from '../../view/api.ts';
import { useNow } from '../data/use.ts';
import { Icon } from '../ui/icon.tsx';
import { agoWords, dateWords } from '../ui/time.ts';
import type { OnOpen } from './open.ts';

interface Props {
  readonly status: StatusAnswer;
  readonly onOpen: OnOpen;
}

export const Failures = ({ status, onOpen }: Props): ReactElement => {
  const now = useNow(10_000);
  const { recent_failures } = status;
  return (
    <section className="panel" aria-labelledby="failures-name">
      <h2 id="failures-name">Recent failures</h2>
      {recent_failures.length === 0 ? (
        <p className="dim">None so far.</p>
      ) : (
        <ul className="failures">
          {recent_failures.map(({ id, at, stage, reason }) => (
            <li key={`${id} ${at}`}>
              <Icon name="failed" />
              <div>
                <button type="button" className="link" onClick={() => onOpen(id, 'log')}>
                  {id}
                </button>{' '}
                <span className="dim">
                  {stage} ·{' '}
                  <time dateTime={at} title={dateWords(at)}>
                    {agoWords(at, now)}
                  </time>
                </span>
                <p className="reason">{reason}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
