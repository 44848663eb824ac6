/** Which page is shown. The frame around it stays. */
import { useEffect, type ReactElement } from 'react';
import { Builder } from '../builder/builder.tsx';
import { useFetched } from '../data/use.ts';
import { Monitor } from '../monitor/monitor.tsx';
import { NoticeArea } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { goTo, onLink, useRoute, type Route } from './route.ts';

const titles: Readonly<Record<Route['page'], string>> = {
  home: 'wf0-batch',
  builder: 'Builder · wf0-batch',
  monitor: 'Monitor · wf0-batch',
  nowhere: 'Not found · wf0-batch',
};

export const App = (): ReactElement => {
  const route = useRoute();
  useEffect(() => {
    document.title = titles[route.page];
  }, [route.page]);
  return (
    <>
      <a className="skip-link" href="#content">
        To the content
      </a>
      <header className="frame">
        <a className="frame-name" href="/" onClick={onLink({ page: 'home' })}>
          wf0-batch
        </a>
        <nav aria-label="Pages">
          <PageLink to={{ page: 'builder', pane: 'works' }} route={route} label="Builder" />
          <PageLink to={{ page: 'monitor', batch: 'latest', work: null, tab: 'log' }} route={route} label="Monitor" />
        </nav>
        <div id="frame-end" className="frame-end" />
      </header>
      <main id="content" tabIndex={-1}>
        <Page route={route} />
      </main>
      <NoticeArea />
    </>
  );
};

interface LinkProps {
  readonly to: Route;
  readonly route: Route;
  readonly label: string;
}

const PageLink = ({ to, route, label }: LinkProps): ReactElement => (
  <a href={`/${to.page}`} aria-current={route.page === to.page ? 'page' : undefined} onClick={onLink(to)}>
    {label}
  </a>
);

const Page = ({ route }: { readonly route: Route }): ReactElement => {
  switch (route.page) {
    case 'home':
      return <Home />;
    case 'builder':
      return <Builder pane={route.pane} />;
    case 'monitor':
      return <Monitor route={route} />;
    case 'nowhere':
      return (
        <div className="blank">
          <h1>There is no page here</h1>
          <p>
            <code>{route.path}</code> is neither the builder nor the monitor.
          </p>
        </div>
      );
  }
};

/** Opens the newest batch, or the builder where there is none. */
const Home = (): ReactElement => {
  const { answer, problem, reload } = useFetched<{ readonly batch_run_id: string | null }>('/latest');
  useEffect(() => {
    if (answer === null) return;
    goTo(
      answer.batch_run_id === null
        ? { page: 'builder', pane: 'works' }
        : { page: 'monitor', batch: 'latest', work: null, tab: 'log' },
      true,
    );
  }, [answer]);
  return problem === null ? <p className="first-words">Loading…</p> : <Problem problem={problem} onRetry={reload} />;
};
