/** Commands: what the scheduler asks of the world. Idempotent; each follows from the committed state. */
import type { WorkerId } from './event.ts';

export type Command =
  /** Make the session of a summoned worker. A second worker of the same incarnation is refused by the journal. */
  | { readonly kind: 'start_worker'; readonly worker: WorkerId; readonly incarnation: string }
  /** Wait until the workers have left, write the report, and leave. */
  | { readonly kind: 'end_batch' };
