/** `wf0-batch watch` */
import type { Command } from 'commander';
import { isUnfinished, openLatest } from '../../client/batch.ts';
import type { Client } from '../../client/client.ts';
import { follow } from '../../client/follow.ts';
import type { Panel, PanelEnd, PanelOptions } from '../../client/panel.ts';
import type { Event } from '../../core/event.ts';
import { endSummary } from '../../view/end-summary.ts';
import { eventLine } from '../../view/event-line.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--all', 'begin with the first event; without it with the newest ones')
    .action(async ({ all }: { readonly all?: boolean }) => watch(cli, all === true));
};

export const examples = `
Examples:
  wf0-batch watch                         the live panel; q leaves, the batch goes on
  wf0-batch watch --all | tee batch.log   one plain line a change`;

/** So many events of the past are shown first. */
const past = 20;

const watch = async (cli: Cli, isAll: boolean): Promise<void> => {
  const client = await cli.client();
  const journal = await openLatest(client);
  const { first } = cli.listenToInterrupts();
  try {
    const before = await journal.read();
    const panel = isUnfinished(before) ? await cli.panel() : null;
    const { state, hasLeft } =
      panel === null
        ? await watchLines(cli, client, { journal, signal: first, fromSeq: isAll ? 1 : before.seq - past + 1 })
        : await watchPanel(panel, { client, journal, signal: first });
    if (!isUnfinished(state)) return cli.out(paint(cli, endSummary(state, client.clock.now())));
    if (hasLeft) cli.err('left; the batch goes on: wf0-batch status');
    else cli.err('no scheduler is running; go on: wf0-batch resume');
  } finally {
    await journal.close();
  }
};

/** One plain line a change. */
const watchLines = async (
  cli: Cli,
  client: Client,
  { journal, signal, fromSeq }: Pick<PanelOptions, 'journal' | 'signal'> & { readonly fromSeq: number },
): Promise<PanelEnd> => {
  const onEvent = (event: Event): void => {
    const line = eventLine(event);
    if (line !== null) cli.out(line);
  };
  const state = await follow(client, journal, { onEvent, signal, fromSeq: Math.max(1, fromSeq), endsAtRest: false });
  return { state, hasLeft: signal.aborted };
};

const watchPanel = (
  panel: Panel,
  { client, journal, signal }: Pick<PanelOptions, 'client' | 'journal' | 'signal'>,
): Promise<PanelEnd> => {
  const left = new AbortController();
  const onInterrupt = (): string => {
    left.abort();
    return '';
  };
  return panel.show({
    ...{ client, journal, interrupt: 'leave', onInterrupt },
    signal: AbortSignal.any([signal, left.signal]),
  });
};
