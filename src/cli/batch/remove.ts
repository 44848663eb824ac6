/** `wf0-batch remove` */
import type { Command } from 'commander';
import { openLatest } from '../../client/batch.ts';
import { control, resolveIds } from '../../client/control.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('<id...>', 'queued works that leave the run; they stay in the schedule')
    .action(async (ids: readonly string[]) => {
      const client = await cli.client();
      const journal = await openLatest(client);
      try {
        const wanted = await resolveIds(client, await journal.read(), ids);
        await control(client, journal, { type: 'remove', ids: wanted });
        cli.out(`${wanted.join(', ')} removed from batch ${journal.batchRunId}`);
      } finally {
        await journal.close();
      }
    });
};

export const examples = `
Examples:
  wf0-batch remove 07-docs   it has not begun and is not to be done now`;
