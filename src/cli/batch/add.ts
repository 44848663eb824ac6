/** `wf0-batch add` */
import type { Command } from 'commander';
import { addWorks } from '../../client/add.ts';
import { openLatest } from '../../client/batch.ts';
import { requireTrust } from '../../client/trust.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command.argument('<id...>', 'works of the schedule').action(async (ids: readonly string[]) => {
    const client = await cli.client();
    const journal = await openLatest(client);
    try {
      await requireTrust(client, cli, journal.batchRunId);
      const state = await addWorks(client, journal, ids);
      cli.out(`${ids.join(', ')} added to batch ${journal.batchRunId}, which is ${state.batch.status}`);
    } finally {
      await journal.close();
    }
  });
};

export const examples = `
Examples:
  wf0-batch add 07-docs 08-tests   new works of the schedule join the batch that runs`;
