/** One work beside the monitor: its logs, its terminal, and all that is known of it. */
import { lazy, Suspense, useEffect, useId, useRef, type ReactElement } from 'react';
import type { StatusAnswer } from '../../view/api.ts';
import { rowWords } from '../../view/row.ts';
import type { ItemStatus } from '../../view/status.ts';
import type { WorkTab } from '../app/route.ts';
import { runningMs } from '../data/live.ts';
import { useNow } from '../data/use.ts';
import { LogPane } from '../log/log-pane.tsx';
import { Icon } from '../ui/icon.tsx';
import { StateWords } from '../ui/state-words.tsx';
import { About } from './about.tsx';
import { WorkActions } from './work-actions.tsx';

const TerminalPane = lazy(async () => ({ default: (await import('../terminal/terminal-pane.tsx')).TerminalPane }));

interface Props {
  readonly batch: string;
  readonly status: StatusAnswer;
  /** Null: the batch has no such work. */
  readonly item: ItemStatus | null;
  readonly id: string;
  readonly tab: WorkTab;
  readonly onTab: (tab: WorkTab) => void;
  readonly onClose: () => void;
}

const tabs: readonly WorkTab[] = ['log', 'terminal', 'about'];
const labels = { log: 'Log', terminal: 'Terminal', about: 'About' } as const;

export const WorkDrawer = ({ batch, status, item, id, tab, onTab, onClose }: Props): ReactElement => {
  const element = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className="drawer"
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        // In a terminal the key belongs to what runs there.
        if (document.activeElement?.closest('.terminal') === null) onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <header className="drawer-head">
        <div className="drawer-title">
          <h2 id={name}>{id}</h2>
          {item !== null && <StateWords state={item.state} />}
          <span className="spacer" />
          {item !== null && <WorkActions item={item} batch={status.batch_run_id} />}
          <button type="button" className="quiet icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {item !== null && <Words item={item} />}
        <div className="tabs" role="tablist" aria-label="What to see of it">
          {tabs.map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              id={`drawer-${each}`}
              aria-selected={each === tab}
              aria-controls="drawer-pane"
              tabIndex={each === tab ? 0 : -1}
              onClick={() => onTab(each)}
              onKeyDown={(event) => {
                const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
                const next = tabs[(tabs.indexOf(each) + step + tabs.length) % tabs.length];
                if (step === 0 || next === undefined) return;
                onTab(next);
                document.getElementById(`drawer-${next}`)?.focus();
              }}
            >
              {labels[each]}
            </button>
          ))}
        </div>
      </header>
      <div id="drawer-pane" className="drawer-pane" role="tabpanel" aria-labelledby={`drawer-${tab}`}>
        {item === null ? (
          <p className="blank">This batch has no work of that id.</p>
        ) : tab === 'log' ? (
          <LogPane {...{ batch, item }} />
        ) : tab === 'terminal' ? (
          <Suspense fallback={<p className="dim">Loading the terminal…</p>}>
            <TerminalPane {...{ batch, item }} />
          </Suspense>
        ) : (
          <About {...{ batch, item }} />
        )}
      </div>
    </dialog>
  );
};

const Words = ({ item }: { readonly item: ItemStatus }): ReactElement => {
  const now = useNow(1000, item.state === 'running');
  return (
    <>
      <p className="drawer-work">{item.title}</p>
      <p className={`drawer-words words-${item.state}`}>
        {rowWords({ ...item, duration_ms: runningMs(item, now) }).text}
      </p>
    </>
  );
};
