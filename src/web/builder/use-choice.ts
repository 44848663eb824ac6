/** What the operator has chosen: works, order of groups, settings. Survives a reload by the draft. */
import { useEffect, useMemo, useState } from 'react';
import type { PlanRequest } from '../../protocol/api-request.ts';
import type { Selection } from '../../protocol/selection.ts';
import type { CatalogueAnswer } from '../../view/api.ts';
import { useSettled } from '../data/use.ts';
import { chooseBy, chooseNone, type Chosen } from './chosen.ts';
import { noOptions, readDraft, writeDraft, type Options } from './draft.ts';
import { wishOf, type GroupWish } from './group-cards.ts';

export interface Choice {
  readonly chosen: Chosen;
  readonly setChosen: (chosen: Chosen) => void;
  readonly wish: GroupWish;
  /** Null goes back to that of the schedule. */
  readonly setWish: (wish: GroupWish | null) => void;
  readonly isOwnWish: boolean;
  readonly options: Options;
  readonly setOptions: (options: Options) => void;
  readonly load: (loaded: Loaded) => void;
  /** What the server is asked; null while nothing is chosen. */
  readonly request: PlanRequest | null;
}

/** A plan as the builder takes it up. */
export interface Loaded {
  readonly selection: Selection;
  readonly group_order: readonly string[];
  readonly pinned: readonly string[];
}

export const useChoice = (catalogue: CatalogueAnswer): Choice => {
  const { works, root, groups } = catalogue;
  const draft = useMemo(() => readDraft(root), [root]);
  const [chosen, setChosen] = useState<Chosen>(() =>
    draft === null ? chooseNone(works) : chooseBy(works, draft.selection),
  );
  const [ownWish, setWish] = useState<GroupWish | null>(draft?.wish ?? null);
  const [options, setOptions] = useState<Options>(draft?.options ?? noOptions);
  const present = useMemo(() => [...new Set(works.flatMap(({ group }) => (group === null ? [] : [group])))], [works]);

  // Works of another schedule: the same selection is read anew.
  const [knownWorks, setKnownWorks] = useState(works);
  if (knownWorks !== works) {
    setKnownWorks(works);
    setChosen(chooseBy(works, chosen.selection));
  }

  const wish = useMemo(() => wishOf(ownWish ?? groups, present), [ownWish, groups, present]);
  const settled = useSettled(
    useMemo(() => ({ selection: chosen.selection, wish: ownWish, options }), [chosen.selection, ownWish, options]),
    150,
  );
  useEffect(() => writeDraft(root, settled), [root, settled]);

  const request = useMemo((): PlanRequest | null => {
    if (chosen.count === 0) return null;
    return {
      selection: chosen.selection,
      ...(ownWish === null ? {} : { group_order: wish.order, pinned: wish.pinned }),
      ...(options.parallel === null ? {} : { parallel: options.parallel }),
      ...(options.workflow === null ? {} : { workflow: options.workflow }),
      ...(options.rerun ? { rerun: true } : {}),
    };
  }, [chosen, ownWish, wish, options]);

  return {
    ...{ chosen, setChosen, wish, setWish, isOwnWish: ownWish !== null, options, setOptions, request },
    load: ({ selection, group_order, pinned }) => {
      setChosen(chooseBy(works, selection));
      setWish({ order: group_order, pinned, isWish: group_order.length + pinned.length > 0 });
    },
  };
};
