/** `order`: which groups come first. */
import { groupPlaces, type GroupPlace } from '../core/group-order.ts';
import type { Groups, Schedule } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import { nearest } from '../protocol/nearest.ts';
import { clip } from '../view/clean.ts';
import type { Client } from './client.ts';
import { changeSchedule, quoteId } from './schedule.ts';

/** What a person wishes; null stays as it is. A list as it was typed: a name that holds a comma is one name. */
export interface OrderWish {
  readonly order: string | null;
  readonly pinned: string | null;
}

export interface Ordered {
  readonly schedule: Schedule;
  readonly isChanged: boolean;
}

/** Sets the order of groups. Throws a Problem for a group that no work has, and then nothing is changed. */
export const orderGroups = async (client: Client, wish: OrderWish): Promise<Ordered> => {
  let isChanged = false;
  const schedule = await changeSchedule(client, (old) => {
    const known = groupNames(old);
    const groups = {
      order: wish.order === null ? old.groups.order : namesIn(wish.order, known),
      pinned: wish.pinned === null ? old.groups.pinned : namesIn(wish.pinned, known),
    };
    isChanged = JSON.stringify(groups) !== JSON.stringify(old.groups);
    return isChanged ? { ...old, groups } : old;
  });
  return { schedule, isChanged };
};

/** The order as it comes out: pinned groups, ordered ones, the others; with the works of each. */
export const resolveOrder = ({
  works,
  groups,
}: {
  readonly works: Schedule['works'];
  readonly groups: Groups;
}): readonly GroupPlace[] =>
  groupPlaces(
    works.map(({ group }) => group),
    groups,
  );

const groupNames = ({ works }: Schedule): readonly string[] => [...new Set(works.flatMap(({ group }) => group ?? []))];

const namesIn = (text: string, known: readonly string[]): readonly string[] => {
  if (known.includes(text)) return [text];
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [...new Set(names.map((name) => nameOf(name, known)))];
};

/** Upper and lower case are one, unless two groups differ in nothing else. */
const nameOf = (name: string, known: readonly string[]): string => {
  if (known.includes(name)) return name;
  const alike = known.filter((each) => each.toLowerCase() === name.toLowerCase());
  if (alike.length === 1) return alike[0] as string;
  throw unknownGroup(name, known);
};

const unknownGroup = (group: string, known: readonly string[]): Problem => {
  const near = nearest(group, known);
  const list = known.length === 0 ? 'no work has a group' : `groups there are: ${clip(known.join(', '), 200)}`;
  return new Problem({
    what: `no work is of the group ${quoteId(group)}`,
    where: 'wf0-schedule order',
    hint: near === null ? list : `did you mean ${near}? ${list}`,
    code: 'refused',
  });
};
