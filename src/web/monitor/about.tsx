/** All that is known of a work: why it stands where it does, its attempts, its branch. */
import { useEffect, type ReactElement } from 'react';
import type { ItemAnswer } from '../../view/api.ts';
import { formatDuration } from '../../view/duration.ts';
import type { ItemStatus } from '../../view/status.ts';
import { segment } from '../data/api.ts';
import { useFetched } from '../data/use.ts';
import { Problem } from '../ui/problem.tsx';
import { clockWords, dateWords } from '../ui/time.ts';

interface Props {
  readonly batch: string;
  readonly item: ItemStatus;
}

export const About = ({ batch, item }: Props): ReactElement => {
  const { answer, problem, reload } = useFetched<ItemAnswer>(`/${segment(batch)}/items/${segment(item.id)}`);
  useEffect(reload, [reload, item.state, item.stage, item.attempts]);
  return (
    <div className="about">
      {problem !== null && <Problem problem={problem} onRetry={reload} />}
      {answer !== null && (
        <p className="about-why">
          {answer.why.sentence}
          {answer.why.command !== null && answer.why.command !== '' && (
            <>
              {' '}
              <code>{answer.why.command}</code>
            </>
          )}
        </p>
      )}
      <dl className="about-facts">
        <Fact name="Group" value={item.group} />
        <Fact name="Source" value={`${item.source.type} ${item.source.ref}`} href={item.source.url} />
        <Fact name="Depends on" value={item.dependencies.join(', ')} />
        <Fact name="Attempts" value={String(item.attempts)} />
        <Fact name="Began" value={item.started_at === null ? null : dateWords(item.started_at)} />
        <Fact name="Ended" value={item.ended_at === null ? null : dateWords(item.ended_at)} />
        <Fact name="Branch" value={item.branch} isCode />
        <Fact name="Worktree" value={item.worktree} isCode />
        <Fact name="Base" value={item.base_commit} isCode />
        <Fact
          name="Commit"
          value={item.commit === null ? null : `${item.commit}${item.pushed ? ' (pushed)' : ''}`}
          isCode
        />
        <Fact name="Last error" value={item.last_error} />
      </dl>
      {answer !== null && answer.runs.length > 0 && (
        <div className="table-scroll" tabIndex={0} role="region" aria-label="Stages that ran">
          <table className="stages">
            <thead>
              <tr>
                <th scope="col">Began</th>
                <th scope="col">Stage</th>
                <th scope="col">Attempt</th>
                <th scope="col">Worker</th>
                <th scope="col">Took</th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>
              {answer.runs.map((run) => (
                <tr key={`${run.stage} ${run.started_at}`}>
                  <td>{clockWords(run.started_at)}</td>
                  <th scope="row">{run.stage}</th>
                  <td className="number">{run.attempt}</td>
                  <td>{run.worker}</td>
                  <td className="number">
                    {run.ended_at === null
                      ? '…'
                      : formatDuration(Date.parse(run.ended_at) - Date.parse(run.started_at))}
                  </td>
                  <td>
                    {run.outcome}
                    {run.note !== null && `: ${run.note}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
};

interface FactProps {
  readonly name: string;
  readonly value: string | null;
  readonly href?: string | undefined;
  readonly isCode?: boolean;
}

/** Only addresses of the web become links: a source's text is not trusted. */
const isWeb = (href: string): boolean => /^https?:\/\//i.test(href);

const Fact = ({ name, value, href, isCode }: FactProps): ReactElement | null =>
  value === null || value === '' ? null : (
    <div>
      <dt>{name}</dt>
      <dd>
        {href !== undefined && isWeb(href) ? (
          <a href={href} target="_blank" rel="noreferrer noopener">
            {value}
          </a>
        ) : isCode === true ? (
          <code>{value}</code>
        ) : (
          value
        )}
      </dd>
    </div>
  );
