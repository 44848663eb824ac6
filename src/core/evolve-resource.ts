/** How quotas change a resource: it cools down, narrows, and widens again as stages that use it pass. */
import type { Draft, Of } from './draft.ts';
import { countUses } from './resources.ts';
import { freshResource } from './state.ts';
import { parseTime } from './time.ts';

/**
 * A resource cools down until a time, and then half as many works as held it may hold it at once. Works that run into
 * the same quota one after the other narrow it once: while it cools, nobody new has tried.
 */
export const cool = (draft: Draft, event: Of<'resource_cooled'>): void => {
  const { resource, message } = event;
  const until = parseTime(event.until);
  const record = draft.resources.get(resource) ?? freshResource;
  const held = Math.min(countUses(draft, -1).get(resource)?.held ?? 1, record.narrowed_to ?? Infinity);
  const narrowed_to = record.cooled_until > draft.at ? record.narrowed_to : Math.max(1, Math.floor(held / 2));
  draft.resources.set(resource, {
    ...record,
    ...{ message, narrowed_to, cooled_until: Math.max(record.cooled_until, until) },
  });
};

/** A stage has passed that used these: one more work may hold each that was narrowed. */
export const widen = (draft: Draft, names: readonly string[]): void => {
  for (const name of names) {
    const record = draft.resources.get(name);
    if (record === undefined || record.narrowed_to === null) continue;
    const slots = Math.min(draft.plan.settings.resources[name]?.slots ?? Infinity, draft.batch.parallel);
    const wider = record.narrowed_to + 1;
    draft.resources.set(name, { ...record, narrowed_to: wider < slots ? wider : null });
  }
};
