/** The monitor: what a batch does now, what it did, and the ways to steer it. */
import { useEffect, type ReactElement } from 'react';
import type { BatchListAnswer, StatusAnswer } from '../../view/api.ts';
import { goTo, onLink, type Route } from '../app/route.ts';
import { useBatch, useFetched } from '../data/use.ts';
import type { Connection } from '../data/live.ts';
import type { Stages } from '../data/stages.ts';
import { Problem } from '../ui/problem.tsx';
import { AllWorks } from './all-works.tsx';
import { Attention } from './attention.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Failures } from './failures.tsx';
import { Feed } from './feed.tsx';
import { Head } from './head.tsx';
import { RunningWorks } from './running-works.tsx';
import { Timeline } from './timeline.tsx';
import { useRuns } from './use-runs.ts';
import { WorkDrawer } from './work-drawer.tsx';

type MonitorRoute = Extract<Route, { readonly page: 'monitor' }>;

/** So often it is looked whether there is a newer batch. */
const listMs = 5000;

export const Monitor = ({ route }: { readonly route: MonitorRoute }): ReactElement => {
  const list = useFetched<BatchListAnswer>('/');
  const { reload } = list;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, listMs);
    return () => clearInterval(timer);
  }, [reload]);
  const newest = list.answer?.batches[0]?.batch_run_id ?? null;
  const batch = route.batch === 'latest' ? newest : route.batch;
  const { status, stages, connection } = useBatch(batch);
  if (batch === null) {
    if (list.answer !== null) return <NothingRan />;
    return list.problem === null ? (
      <p className="first-words">Looking for the latest batch…</p>
    ) : (
      <div className="blank">
        <h1>The batches cannot be read</h1>
        <Problem problem={list.problem} onRetry={reload} />
      </div>
    );
  }
  if (status === null)
    return connection.problem === null ? (
      <p className="first-words">Reading batch {batch}…</p>
    ) : (
      <div className="blank">
        <h1>Batch {batch} cannot be read</h1>
        <Problem problem={connection.problem} />
        {newest !== null && (
          <p>
            <a href="/monitor" onClick={onLink({ page: 'monitor', batch: 'latest', work: null, tab: 'log' })}>
              Open the latest batch
            </a>
          </p>
        )}
      </div>
    );
  return (
    <Watched
      {...{ route, batch, status, stages, connection }}
      batches={list.answer?.batches ?? []}
      onChanged={reload}
    />
  );
};

const NothingRan = (): ReactElement => (
  <div className="blank">
    <h1>Nothing has run yet</h1>
    <p>Choose works and start them; what they do is shown here.</p>
    <p>
      <a className="button primary" href="/builder" onClick={onLink({ page: 'builder', pane: 'works' })}>
        Open the builder
      </a>
    </p>
  </div>
);

interface WatchedProps {
  readonly route: MonitorRoute;
  readonly batch: string;
  readonly status: StatusAnswer;
  readonly stages: Stages;
  readonly connection: Connection;
  readonly batches: BatchListAnswer['batches'];
  readonly onChanged: () => void;
}

const Watched = ({ route, batch, status, stages, connection, batches, onChanged }: WatchedProps): ReactElement => {
  const runs = useRuns(batch, stages);
  const open = (work: string, tab: MonitorRoute['tab'] = 'log'): void => goTo({ ...route, work, tab });
  const item = route.work === null ? undefined : status.items.find(({ id }) => id === route.work);
  return (
    <div className={`monitor${connection.state === 'lost' ? ' behind' : ''}`}>
      <h1 className="visually-hidden">Batch monitor</h1>
      <ConnectionBanner connection={connection} at={status.at} />
      <Head {...{ status, batches, connection, onChanged }} />
      <Attention {...{ status, onOpen: open }} />
      <div className="monitor-columns">
        <div className="monitor-main">
          <Timeline {...{ runs, status, onOpen: open }} />
          <RunningWorks {...{ status, onOpen: open }} />
          <AllWorks {...{ status, onOpen: open }} />
        </div>
        <div className="monitor-side">
          <Failures {...{ status, onOpen: open }} />
          <Feed {...{ status, onOpen: open }} />
        </div>
      </div>
      {route.work !== null && (
        <WorkDrawer
          key={route.work}
          {...{ batch, status, item: item ?? null, id: route.work, tab: route.tab }}
          onTab={(tab) => goTo({ ...route, tab }, true)}
          onClose={() => goTo({ ...route, work: null, tab: 'log' })}
        />
      )}
    </div>
  );
};
