/** Every work of the batch in the order in which a person must see them; found by words or state. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type ReactElement } from 'react';
import type { StatusAnswer } from '../../view/api.ts';
import { count, formatCount } from '../../view/count.ts';
import { filterItems, panelOrder } from '../../view/panel-order.ts';
import { rowWords } from '../../view/row.ts';
import type { ItemStatus } from '../../view/status.ts';
import type { ShownState } from '../../view/work.ts';
import { Icon } from '../ui/icon.tsx';
import type { OnOpen } from './open.ts';
import { WorkActions } from './work-actions.tsx';

const rowHeight = 32;
const mostRows = 16;
const states: readonly ShownState[] = ['running', 'queued', 'failed', 'stopped', 'skipped', 'completed'];

interface Props {
  readonly status: StatusAnswer;
  readonly onOpen: OnOpen;
}

export const AllWorks = ({ status, onOpen }: Props): ReactElement => {
  const [text, setText] = useState('');
  const [state, setState] = useState<ShownState | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => {
    const found = filterItems(status.items, text);
    return panelOrder(state === null ? found : found.filter((item) => item.state === state));
  }, [status.items, text, state]);
  const virtual = useVirtualizer({
    ...{ count: items.length, estimateSize: () => rowHeight, overscan: 8 },
    getScrollElement: () => scroller.current,
  });
  return (
    <section className="panel" aria-labelledby="works-name">
      <header className="section-head">
        <h2 id="works-name">
          All works <span className="dim">{formatCount(items.length)}</span>
        </h2>
        <div className="chips" role="group" aria-label="Show only this state">
          {states
            .filter((each) => status.counts[each] > 0 || each === state)
            .map((each) => (
              <button
                key={each}
                type="button"
                className="chip"
                aria-pressed={each === state}
                onClick={() => setState(each === state ? null : each)}
              >
                {each} <span className="chip-count">{formatCount(status.counts[each])}</span>
              </button>
            ))}
        </div>
        <label className="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label="Find works of this batch"
            placeholder="Find"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
      </header>
      {items.length === 0 ? (
        <p className="dim">No work fits.</p>
      ) : (
        <div
          ref={scroller}
          className="work-list"
          role="list"
          tabIndex={0}
          aria-label={count(items.length, 'work')}
          style={{ height: Math.min(items.length, mostRows) * rowHeight }}
        >
          <div style={{ height: virtual.getTotalSize() }} className="work-list-body" role="presentation">
            {virtual.getVirtualItems().map(({ index, start }) => {
              const item = items[index];
              return item === undefined ? null : (
                <WorkLine
                  key={item.id}
                  {...{ item, onOpen, top: start, at: index + 1, of: items.length }}
                  batch={status.batch_run_id}
                />
              );
            })}
          </div>
        </div>
      )}
    </section>
  );
};

interface LineProps {
  readonly item: ItemStatus;
  readonly batch: string | null;
  readonly top: number;
  readonly at: number;
  readonly of: number;
  readonly onOpen: OnOpen;
}

const WorkLine = ({ item, batch, top, at, of, onOpen }: LineProps): ReactElement => {
  const words = rowWords(item).text;
  return (
    <div
      role="listitem"
      aria-posinset={at}
      aria-setsize={of}
      data-id={item.id}
      data-state={item.state}
      className="work-line"
      style={{ transform: `translateY(${top}px)` }}
    >
      <Icon name={item.needs_attention === null ? item.state : 'attention'} />
      <button type="button" className="link" onClick={() => onOpen(item.id)}>
        {item.id}
      </button>
      <span className="work-title" title={item.title}>
        {item.title}
      </span>
      <span className={`work-words words-${item.state}`} title={words}>
        {words}
      </span>
      <WorkActions item={item} batch={batch} isShort />
    </div>
  );
};
