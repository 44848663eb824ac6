/** `wf0-batch pause` */
import type { Command } from 'commander';
import { openLatest } from '../../client/batch.ts';
import { control } from '../../client/control.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command.action(async () => {
    const client = await cli.client();
    const journal = await openLatest(client);
    try {
      const { active, batch } = await control(client, journal, { type: 'pause' });
      cli.out(
        `batch ${journal.batchRunId} is ${batch.status}: nothing new starts${active.length > 0 ? `, ${active.length} works finish` : ''}; go on: wf0-batch resume`,
      );
    } finally {
      await journal.close();
    }
  });
};

export const examples = `
Examples:
  wf0-batch pause   what runs finishes; go on with wf0-batch resume`;
