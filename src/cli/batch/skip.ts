/** `wf0-batch skip` */
import type { Command } from 'commander';
import { openLatest } from '../../client/batch.ts';
import { control, resolveIds } from '../../client/control.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('<id...>', 'works that do not run')
    .option('--satisfied', 'their dependents may run as if they were delivered')
    .action(async (ids: readonly string[], options: { readonly satisfied?: boolean }) => {
      const client = await cli.client();
      const journal = await openLatest(client);
      try {
        const wanted = await resolveIds(client, await journal.read(), ids);
        await control(client, journal, { type: 'skip', ids: wanted, satisfied: options.satisfied === true });
        cli.out(`${wanted.join(', ')} skipped`);
      } finally {
        await journal.close();
      }
    });
};

export const examples = `
Examples:
  wf0-batch skip 02-api               its dependents are skipped, too
  wf0-batch skip 02-api --satisfied   done by hand: its dependents may go`;
