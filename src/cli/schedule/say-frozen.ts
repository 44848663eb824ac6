/** After a change of the schedule: that a batch which is not finished does not follow it. */
import type { Client } from '../../client/client.ts';
import { findRunningBatch, frozenNotice } from '../../client/running-batch.ts';
import type { Cli } from '../cli.ts';

export const sayFrozen = async (cli: Cli, client: Client): Promise<void> => {
  const batch = await findRunningBatch(client);
  if (batch !== null) cli.err(`note: ${frozenNotice(batch)}`);
};
