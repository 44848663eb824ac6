/** What went wrong, where, and what to try: the same three lines as on the command line. */
import type { ReactElement } from 'react';
import type { ApiError } from '../data/api.ts';

interface Props {
  readonly problem: ApiError;
  readonly onRetry?: () => void;
}

export const Problem = ({ problem, onRetry }: Props): ReactElement => (
  <div className="problem" role="alert">
    <p className="problem-what">{problem.message}</p>
    {problem.where !== '' && <p className="problem-where">{problem.where}</p>}
    {problem.hint !== '' && <p className="problem-hint">{problem.hint}</p>}
    {problem.difference.length > 0 && (
      <ul className="problem-difference">
        {problem.difference.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    )}
    {onRetry !== undefined && (
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    )}
  </div>
);
