/** The chosen groups as cards in the order in which they run: dragged, moved by buttons and arrow keys, pinned. */
import { DragDropProvider } from '@dnd-kit/react';
import { useSortable } from '@dnd-kit/react/sortable';
import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { count } from '../../view/count.ts';
import { Icon } from '../ui/icon.tsx';
import './drag-styles.ts';
import { moveGroup, pinGroup, stepGroup, type GroupWish } from './group-cards.ts';

interface Props {
  readonly wish: GroupWish;
  readonly onWish: (wish: GroupWish) => void;
  readonly onReset: (() => void) | null;
  /** Chosen works of each group; the empty name stands for works without one, which run last. */
  readonly counts: ReadonlyMap<string, number>;
}

export const OrderCards = ({ wish, onWish, onReset, counts }: Props): ReactElement => {
  const shown = wish.order.filter((group) => (counts.get(group) ?? 0) > 0);
  const without = counts.get('') ?? 0;
  const moved = useRef<string | null>(null);
  const list = useRef<HTMLOListElement>(null);
  // The card that was moved by a key keeps the focus at its new place.
  useEffect(() => {
    if (moved.current === null) return;
    list.current?.querySelector<HTMLElement>(`[data-group="${CSS.escape(moved.current)}"]`)?.focus();
    moved.current = null;
  });
  const step = (group: string, by: -1 | 1): void => onWish(stepGroup(wish, shown, group, by));
  const onKey = (group: string) => (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
    if (by === null || event.target !== event.currentTarget) return;
    event.preventDefault();
    moved.current = group;
    step(group, by);
  };
  return (
    <section className="cards" aria-labelledby="cards-name">
      <header className="section-head">
        <h2 id="cards-name">Order of groups</h2>
        {onReset !== null && (
          <button type="button" className="quiet" onClick={onReset}>
            Reset
          </button>
        )}
      </header>
      {shown.length === 0 && <p className="dim">Groups of chosen works stand here, to be put in order.</p>}
      {shown.length > 1 && !wish.isWish && (
        <p className="dim">No order is set: priorities decide. Move a card to set one.</p>
      )}
      <span id="cards-keys" hidden>
        Arrow up and arrow down move it.
      </span>
      <DragDropProvider
        onDragEnd={({ canceled, operation }) => {
          const { source, target } = operation;
          if (canceled || source === null || target === null) return;
          // While it was dragged the cards made room: its place among them is where it was let go.
          const index = 'index' in source ? Number(source.index) : -1;
          const goal = String(source.id) === String(target.id) ? shown[index] : String(target.id);
          if (goal !== undefined) onWish(moveGroup(wish, String(source.id), goal));
        }}
      >
        <ol ref={list}>
          {shown.map((group, index) => (
            <Card
              key={group}
              {...{ group, index }}
              works={counts.get(group) ?? 0}
              isPinned={wish.pinned.includes(group)}
              isFirst={stepGroup(wish, shown, group, -1) === wish}
              isLast={stepGroup(wish, shown, group, 1) === wish}
              onKey={onKey(group)}
              onStep={(by) => step(group, by)}
              onPin={() => onWish(pinGroup(wish, group))}
            />
          ))}
        </ol>
      </DragDropProvider>
      {without > 0 && shown.length > 0 && <p className="dim">then {count(without, 'work')} without a group</p>}
    </section>
  );
};

interface CardProps {
  readonly group: string;
  readonly index: number;
  readonly works: number;
  readonly isPinned: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onKey: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onStep: (by: -1 | 1) => void;
  readonly onPin: () => void;
}

const Card = ({ group, index, works, isPinned, isFirst, isLast, onKey, onStep, onPin }: CardProps): ReactElement => {
  const { ref, handleRef, isDragging } = useSortable({ id: group, index });
  useEffect(() => {
    if (!isDragging) return undefined;
    document.body.classList.add('is-dragging');
    return () => document.body.classList.remove('is-dragging');
  }, [isDragging]);
  return (
    <li ref={ref} className={`card${isPinned ? ' pinned' : ''}${isDragging ? ' dragging' : ''}`}>
      <span ref={handleRef} className="card-grip" aria-hidden="true" tabIndex={-1}>
        <Icon name="grip" />
      </span>
      <button type="button" className="card-name" data-group={group} aria-describedby="cards-keys" onKeyDown={onKey}>
        <span className="card-place">{index + 1}</span>
        <span className="card-words" title={group}>
          {group}
        </span>
        <span className="card-count">
          {works}
          <span className="visually-hidden">
            {works === 1 ? ' work' : ' works'}
            {isPinned && ', pinned'}
          </span>
        </span>
      </button>
      <button
        type="button"
        className="quiet icon-button"
        aria-label={`Move ${group} up`}
        disabled={isFirst}
        onClick={() => onStep(-1)}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        className="quiet icon-button"
        aria-label={`Move ${group} down`}
        disabled={isLast}
        onClick={() => onStep(1)}
      >
        <Icon name="down" />
      </button>
      <button
        type="button"
        className="quiet icon-button"
        aria-label={`Pin ${group} at the top`}
        aria-pressed={isPinned}
        onClick={onPin}
      >
        <Icon name="pin" />
      </button>
    </li>
  );
};
