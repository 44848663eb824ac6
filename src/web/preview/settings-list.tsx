/** The settings that the plan would run with, as they are frozen at the start. */
import type { ReactElement } from 'react';
import type { PlanAnswer } from '../../view/api.ts';
import { count } from '../../view/count.ts';
import { formatDuration } from '../../view/duration.ts';

export const SettingsList = ({ plan }: { readonly plan: PlanAnswer }): ReactElement => {
  const { settings } = plan;
  return (
    <section className="panel" aria-labelledby="settings-name">
      <h2 id="settings-name">Settings of this run</h2>
      <dl className="settings">
        <Fact name="Engine" value={settings.engine} />
        <Fact name="Workers" value={`${settings.parallel} of at most ${settings.max_parallel}`} />
        <Fact name="Base branch" value={settings.base_branch ?? 'the one checked out'} />
        <Fact name="Push" value={settings.push} />
        <Fact name="On failure" value={settings.on_failure} />
        {settings.resources.length > 0 && (
          <Fact
            name="Resources"
            value={settings.resources
              .map(({ name, slots }) => `${name}: ${slots === null ? 'no limit' : count(slots, 'slot')}`)
              .join(', ')}
          />
        )}
        {settings.budget.length > 0 && (
          <Fact name="Budget" value={settings.budget.map(({ name, limit }) => `${name} ${limit}`).join(', ')} />
        )}
      </dl>
      {settings.workflows.map((workflow) => (
        <div key={workflow.name} className="workflow">
          <h3>
            {workflow.name}{' '}
            <span className="dim">
              {count(workflow.works, 'work')}
              {workflow.worktree ? '' : ', without worktrees'}
            </span>
          </h3>
          <div className="table-scroll" tabIndex={0} role="region" aria-label={`Stages of ${workflow.name}`}>
            <table className="stages">
              <thead>
                <tr>
                  <th scope="col">Stage</th>
                  <th scope="col">Command</th>
                  <th scope="col">Agent and model</th>
                  <th scope="col">Limit</th>
                  <th scope="col">Attempts</th>
                  <th scope="col">Needs</th>
                </tr>
              </thead>
              <tbody>
                {workflow.stages.map((stage) => (
                  <tr key={stage.name}>
                    <th scope="row">{stage.name}</th>
                    <td>
                      <code className="command">{stage.command}</code>
                    </td>
                    <td>{[stage.agent, stage.model].filter(Boolean).join(', ') || <span className="none">–</span>}</td>
                    <td className="number">{formatDuration(stage.timeout_ms)}</td>
                    <td className="number">{stage.max_attempts}</td>
                    <td>{[...stage.requires, ...stage.uses].join(', ') || <span className="none">–</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      ))}
    </section>
  );
};

const Fact = ({ name, value }: { readonly name: string; readonly value: string }): ReactElement => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
