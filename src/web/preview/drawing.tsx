/** The dependencies of the plan, drawn from left to right. */
import { useMemo, type ReactElement } from 'react';
import type { CatalogueWork, PlanAnswer } from '../../view/api.ts';
import { count, formatCount } from '../../view/count.ts';
import { placeLayers, type DrawnEdge, type DrawnNode } from './layers.ts';

const box = { width: 168, height: 26, gapX: 56, gapY: 10, margin: 8 };
/** Characters that find room in a box. */
const labelLength = 22;

const xOf = ({ column }: DrawnNode): number => box.margin + column * (box.width + box.gapX);
const yOf = ({ row }: DrawnNode): number => box.margin + row * (box.height + box.gapY);

interface Props {
  readonly plan: PlanAnswer;
  readonly byId: ReadonlyMap<string, CatalogueWork>;
}

export const Drawing = ({ plan, byId }: Props): ReactElement | null => {
  const layers = useMemo(() => placeLayers(plan), [plan]);
  const { nodes, edges, columns, rows, connected } = layers;
  if (nodes.length === 0)
    return (
      <section className="panel" aria-labelledby="drawing-name">
        <h2 id="drawing-name">Dependencies</h2>
        <p className="dim">No work of this plan depends on another one.</p>
      </section>
    );
  const width = box.margin * 2 + columns * box.width + (columns - 1) * box.gapX;
  const height = box.margin * 2 + rows * box.height + (rows - 1) * box.gapY;
  const alone = plan.items.length - connected;
  const isClipped = nodes.length < connected;
  return (
    <section className="panel" aria-labelledby="drawing-name">
      <h2 id="drawing-name">Dependencies</h2>
      <p className="dim">
        {isClipped &&
          `${formatCount(nodes.length)} of ${count(connected, 'work')} with dependencies are drawn, the longest chain first. `}
        {alone > 0 &&
          `${count(alone, 'work')} ${alone === 1 ? 'stands' : 'stand'} alone and ${alone === 1 ? 'is' : 'are'} not drawn. `}
        {plan.critical_path.length > 1 && 'The longest chain is marked.'}
      </p>
      <div className="drawing" tabIndex={0} role="region" aria-label="Drawing of the dependencies">
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={wordsOf(edges)}>
          {edges.map((edge) => (
            <path
              key={`${edge.from.item.id} ${edge.to.item.id}`}
              d={curve(edge)}
              className={`edge${edge.isCritical ? ' critical' : ''}`}
            />
          ))}
          {nodes.map((node) => (
            <g
              key={node.item.id}
              transform={`translate(${xOf(node)} ${yOf(node)})`}
              className={`node${node.isCritical ? ' critical' : ''}`}
            >
              <title>{`${node.item.id}: ${byId.get(node.item.id)?.title ?? ''}`}</title>
              <rect width={box.width} height={box.height} rx="5" />
              <text x="9" y="17">
                {cut(node.item.id)}
              </text>
            </g>
          ))}
        </svg>
      </div>
    </section>
  );
};

const curve = ({ from, to }: DrawnEdge): string => {
  const [x1, y1] = [xOf(from) + box.width, yOf(from) + box.height / 2];
  const [x2, y2] = [xOf(to), yOf(to) + box.height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
};

const cut = (text: string): string => (text.length <= labelLength ? text : `${text.slice(0, labelLength - 1)}…`);

/** For those who cannot see it; the order's table has the rest. */
const wordsOf = (edges: readonly DrawnEdge[]): string =>
  edges
    .slice(0, 40)
    .map(({ from, to }) => `${to.item.id} depends on ${from.item.id}`)
    .join('; ');
