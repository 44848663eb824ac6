/** `tell`: a stage says of itself that it waits for a person, or no longer does. */
import { accept } from '../core/accept.ts';
import { Problem } from '../ports/problem.ts';
import { maskSecrets } from '../protocol/environment.ts';
import type { Client } from './client.ts';
import { refused } from './refused.ts';

export interface Telling {
  readonly batchRunId: string;
  readonly token: string;
  /** Null: it goes on. */
  readonly question: string | null;
}

/** Throws a Problem for an attempt that no longer holds its work. */
export const tell = async (
  { store, clock, root, env }: Client,
  { batchRunId, token, question: words }: Telling,
): Promise<void> => {
  const question = words === null ? null : maskSecrets(words, env);
  const journal = await store.openBatch(batchRunId);
  if (journal === null)
    throw new Problem({
      what: `there is no batch ${batchRunId}`,
      where: root,
      hint: 'call it from inside a stage, with the environment that it was given',
      code: 'refused',
    });
  try {
    const answer = await journal.transact('operator', (state) =>
      accept(state, { type: 'report_attention', token, question }, clock.now()),
    );
    if (!answer.ok) throw refused(answer.refusal);
  } finally {
    await journal.close();
  }
};
