/** `wf0-batch watch` */
import type { Command } from 'commander';
import { isUnfinished, openLatest } from '../../client/batch.ts';
import { follow } from '../../client/follow.ts';
import { endSummary } from '../../view/end-summary.ts';
import { eventLine } from '../../view/event-line.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--all', 'begin with the first event; without it with the newest ones')
    .action(async ({ all }: { readonly all?: boolean }) => watch(cli, all === true));
};

/** So many events of the past are shown first. */
const past = 20;

const watch = async (cli: Cli, isAll: boolean): Promise<void> => {
  const client = await cli.client();
  const journal = await openLatest(client);
  const { first } = cli.listenToInterrupts();
  try {
    const { seq } = await journal.read();
    const state = await follow(client, journal, {
      onEvent: (event) => {
        const line = eventLine(event);
        if (line !== null) cli.out(line);
      },
      signal: first,
      fromSeq: isAll ? 1 : Math.max(1, seq - past + 1),
      endsAtRest: false,
    });
    if (!isUnfinished(state)) return cli.out(paint(cli, endSummary(state, client.clock.now())));
    if (first.aborted) cli.err('left; the batch goes on: wf0-batch status');
    else cli.err('no scheduler is running; go on: wf0-batch resume');
  } finally {
    await journal.close();
  }
};
