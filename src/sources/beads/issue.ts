/** One line of beads' `issues.jsonl`: what of it counts. Unknown fields are let through. */
import { z } from 'zod';

const text = z.string({ error: 'text' });

export const issueShape = z.looseObject(
  {
    id: text.min(1, { error: 'an id' }),
    title: text.nullish(),
    description: text.nullish(),
    design: text.nullish(),
    acceptance_criteria: text.nullish(),
    notes: text.nullish(),
    status: text.nullish(),
    priority: z.number({ error: 'a number' }).nullish(),
    issue_type: text.nullish(),
    assignee: text.nullish(),
    updated_at: text.nullish(),
    external_ref: text.nullish(),
    labels: z.array(text, { error: 'a list of texts' }).nullish(),
    parent: text.nullish(),
    estimated_minutes: z.number({ error: 'a number' }).nullish(),
    dependencies: z
      .array(z.looseObject({ depends_on_id: text, type: text.nullish() }, { error: 'a dependency' }), {
        error: 'a list of dependencies',
      })
      .nullish(),
  },
  { error: 'an issue' },
);

export type Issue = z.infer<typeof issueShape>;

/** Types that are work; all others hold work together (epics) or are beads' own (agents, convoys, messages). */
export const isWork = ({ issue_type }: Issue): boolean =>
  ['task', 'bug', 'feature', 'chore'].includes(issue_type ?? 'task');

/** Kinds of dependency that set an order. `related`, `parent-child`, `discovered-from` and others set none. */
export const ordering = ['blocks', 'waits-for', 'conditional-blocks'];

export const isClosed = ({ status }: Issue): boolean => status === 'closed' || status === 'tombstone';
