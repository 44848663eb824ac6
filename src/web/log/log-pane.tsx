/** The logs of a work: one of them at a time, the newest first. */
import { useEffect, useState, type ReactElement } from 'react';
import type { LogListAnswer } from '../../view/api.ts';
import type { ItemStatus } from '../../view/status.ts';
import { segment } from '../data/api.ts';
import { useFetched } from '../data/use.ts';
import { Problem } from '../ui/problem.tsx';
import { LogView } from './log-view.tsx';
import { sizeWords } from './size.ts';

interface Props {
  readonly batch: string;
  readonly item: ItemStatus;
}

export const LogPane = ({ batch, item }: Props): ReactElement => {
  const path = `/${segment(batch)}/items/${segment(item.id)}/logs`;
  const { answer, problem, reload } = useFetched<LogListAnswer>(path);
  const [wanted, setWanted] = useState<string | null>(null);
  // A stage that begins brings another log.
  useEffect(reload, [reload, item.stage, item.attempts, item.state]);
  if (answer === null)
    return problem === null ? (
      <p className="dim pane-words">Looking for logs…</p>
    ) : (
      <Problem problem={problem} onRetry={reload} />
    );
  const log = answer.logs.find(({ name }) => name === wanted) ?? answer.logs.at(-1);
  if (log === undefined)
    return (
      <p className="dim pane-words">
        {item.attempts === 0 ? 'It has not run yet, so there is no log.' : 'There is no output yet.'}
      </p>
    );
  return (
    <LogView
      key={log.name}
      path={`${path}/${segment(log.name)}`}
      bytes={log.bytes}
      picker={
        <select aria-label="Log" value={log.name} onChange={({ target }) => setWanted(target.value)}>
          {[...answer.logs].reverse().map(({ name, attempt, stage, bytes }) => (
            <option key={name} value={name}>
              {stage}, attempt {attempt} ({sizeWords(bytes)})
            </option>
          ))}
        </select>
      }
    />
  );
};
