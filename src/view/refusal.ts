/** Refusals in words: the three lines of an error. */
import type { Refusal } from '../core/refusal.ts';
import { clip } from './clean.ts';

/** What was refused, what it is about, and what to try: one line each. */
export interface RefusalWords {
  readonly what: string;
  readonly where: string;
  readonly hint: string;
}

export const refusalWords = (refusal: Refusal): RefusalWords => {
  switch (refusal.reason) {
    case 'unknown_work':
      return words(
        `no work ${clip(refusal.id, 100)} is in this batch`,
        'the batch',
        '`wf0-batch status` lists its works',
      );
    case 'wrong_state':
      return words(
        `${refusal.id} is ${refusal.state}, and must be ${refusal.wanted}`,
        `work ${refusal.id}`,
        hintForState(refusal.id, refusal.state),
      );
    case 'doomed': {
      const { id, state } = refusal.cause;
      return words(
        `${refusal.id} is skipped since ${id} ${state === 'failed' ? 'failed' : 'was skipped'}`,
        `work ${refusal.id}`,
        `give that one back to the queue, and this one with it: \`wf0-batch retry ${id}\``,
      );
    }
    case 'wrong_batch_state':
      return words(
        `the batch is ${refusal.state}, and must be ${refusal.wanted}`,
        'the batch',
        refusal.state === 'stopping' ? 'wait until it has stopped: `wf0-batch wait`' : 'see `wf0-batch status`',
      );
    case 'stale_attempt':
      return words(
        'this attempt was given up; what it reports is not taken',
        refusal.id === '' ? 'an attempt that the batch does not know' : `work ${refusal.id}`,
        'a newer attempt, or none, holds the work: see `wf0-batch status`',
      );
    case 'stale_worker':
      return words('the slot of this worker was given to another process', refusal.worker, 'see `wf0-batch status`');
    case 'stale_scheduler':
      return words(
        'another scheduler has taken the batch',
        `scheduler ${refusal.generation}`,
        'the newer one goes on: see `wf0-batch status`',
      );
    case 'scheduler_alive':
      return words(
        'a scheduler runs this batch already',
        `process ${refusal.pid}`,
        '`wf0-batch status` shows it; `wf0-batch stop` ends it',
      );
    case 'unknown_stage':
      return words(
        `${refusal.id} has no stage ${clip(refusal.stage, 100)}`,
        `work ${refusal.id}`,
        `\`wf0-batch why ${refusal.id}\` names the stage it stands at; .wf/config.json lists all`,
      );
    case 'duplicate_work':
      return words(
        `${refusal.id} is in this batch already`,
        `work ${refusal.id}`,
        `to run it again: \`wf0-batch retry ${refusal.id}\``,
      );
    case 'has_dependents':
      return words(
        `other works depend on ${refusal.id}: ${list(refusal.dependents)}`,
        `work ${refusal.id}`,
        `remove them, too, or \`wf0-batch skip ${refusal.id} --satisfied\``,
      );
    case 'missing_dependency':
      return words(
        `${refusal.id} depends on ${clip(refusal.dependency, 100)}, which is neither in the batch nor delivered`,
        `work ${refusal.id}`,
        `add ${clip(refusal.dependency, 100)} as well, or \`wf0-schedule edit ${refusal.id} remove-dep=${clip(refusal.dependency, 100)}\``,
      );
    case 'cycle':
      return words(
        `the works depend on each other in a circle: ${refusal.path.map((id) => clip(id, 100)).join(' -> ')}`,
        'the dependencies',
        `cut one of them: \`wf0-schedule edit ${clip(refusal.path[0] ?? 'ID', 100)} remove-dep=${clip(refusal.path[1] ?? 'ID', 100)}\``,
      );
  }
};

const words = (what: string, where: string, hint: string): RefusalWords => ({ what, where, hint });

const hintForState = (id: string, state: string): string => {
  switch (state) {
    case 'running':
      return `stop it first: \`wf0-batch stop ${id}\``;
    case 'completed':
      return `to run it again: \`wf0-batch retry ${id} --rerun\``;
    case 'failed':
    case 'stopped':
    case 'skipped':
      return `to give it back to the queue: \`wf0-batch retry ${id}\``;
    default:
      return `see \`wf0-batch why ${id}\``;
  }
};

const listed = 5;

const list = (ids: readonly string[]): string =>
  ids.length <= listed ? ids.join(', ') : `${ids.slice(0, listed).join(', ')} and ${ids.length - listed} more`;
