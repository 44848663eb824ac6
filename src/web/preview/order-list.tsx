/** In which order the works would be given out, and why each stands where it does. Only the rows in sight are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactElement } from 'react';
import type { CatalogueWork, PlanAnswer } from '../../view/api.ts';
import { count } from '../../view/count.ts';
import { formatDuration } from '../../view/duration.ts';

const rowHeight = 30;
const mostRows = 14;

interface Props {
  readonly plan: PlanAnswer;
  readonly byId: ReadonlyMap<string, CatalogueWork>;
}

export const OrderList = ({ plan, byId }: Props): ReactElement => {
  const { items } = plan;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    ...{ count: items.length, estimateSize: () => rowHeight, overscan: 8 },
    getScrollElement: () => scroller.current,
  });
  const critical = new Set(plan.critical_path);
  return (
    <section className="panel" aria-labelledby="order-name">
      <h2 id="order-name">
        Order of {count(items.length, 'work')} <span className="dim">· {count(plan.totals.jobs, 'job')}</span>
      </h2>
      <div
        ref={scroller}
        className="order-list"
        role="table"
        aria-labelledby="order-name"
        aria-rowcount={items.length + 1}
        tabIndex={0}
        style={{ height: Math.min(items.length, mostRows) * rowHeight + 30 }}
      >
        <div role="rowgroup" className="order-head">
          <div role="row" aria-rowindex={1} className="order-row">
            <span role="columnheader">Place</span>
            <span role="columnheader">Work</span>
            <span role="columnheader">Group</span>
            <span role="columnheader">Why there</span>
            <span role="columnheader">Takes</span>
          </div>
        </div>
        <div role="rowgroup" className="order-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const item = items[index];
            if (item === undefined) return null;
            const work = byId.get(item.id);
            return (
              <div
                key={item.id}
                role="row"
                aria-rowindex={index + 2}
                data-id={item.id}
                className={`order-row${critical.has(item.id) ? ' critical' : ''}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <span role="cell" className="number">
                  {index + 1}
                </span>
                <span role="cell" className="order-work" title={`${item.id}: ${work?.title ?? ''}`}>
                  <code>{item.id}</code> {work?.title}
                </span>
                <span role="cell">{work?.group ?? <span className="none">–</span>}</span>
                <span role="cell" className="order-why" title={item.why}>
                  {item.why}
                </span>
                <span role="cell" className="number">
                  {formatDuration(item.estimate_seconds * 1000)}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
};
