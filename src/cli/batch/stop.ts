/** `wf0-batch stop` */
import type { Command } from 'commander';
import { isUnfinished } from '../../client/batch.ts';
import type { Client } from '../../client/client.ts';
import { resolveIds } from '../../client/control.ts';
import { stopEverything, stopWorks } from '../../client/stop.ts';
import type { StopMode } from '../../core/event.ts';
import type { BatchState } from '../../core/state.ts';
import { Problem } from '../../ports/problem.ts';
import type { Journal } from '../../ports/store.ts';
import type { Cli } from '../cli.ts';

interface StopOptions {
  readonly all?: boolean;
  readonly drain?: boolean;
  readonly force?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('[id...]', 'only these works; the batch goes on')
    .option('--all', 'everything, as without ids')
    .option('--drain', 'let running works finish first')
    .option('--force', 'end processes at once')
    .action(async (ids: readonly string[], options: StopOptions) => stop(cli, ids, options));
};

const stop = async (cli: Cli, ids: readonly string[], options: StopOptions): Promise<void> => {
  if (ids.length > 0 && options.all === true) throw usage('either ids or --all', 'give one of them');
  if (options.drain === true && (options.force === true || ids.length > 0))
    throw usage('--drain goes with neither --force nor ids', 'give one of them');
  const client = await cli.client();
  const journal = await client.store.openBatch();
  if (journal === null) return cli.err('nothing to stop: there is no batch here');
  try {
    const mode: StopMode = options.force === true ? 'force' : options.drain === true ? 'drain' : 'graceful';
    if (ids.length > 0) await stopSome(cli, client, { journal, ids, mode });
    else await stopAll(cli, client, { journal, mode });
  } finally {
    await journal.close();
  }
};

const usage = (what: string, hint: string): Problem =>
  new Problem({ what, where: 'wf0-batch stop', hint, code: 'usage' });

const stopAll = async (
  cli: Cli,
  client: Client,
  { journal, mode }: { readonly journal: Journal<BatchState>; readonly mode: StopMode },
): Promise<void> => {
  const before = await journal.read();
  const { state, survivors } = await stopEverything(client, journal, mode);
  for (const { pid } of survivors) cli.err(`warning: process ${pid} cannot be ended`);
  if (!isUnfinished(before)) return cli.out(`batch ${journal.batchRunId} is ${state.batch.status} already`);
  const stopped = state.records.filter((record) => record.state.status === 'stopped').length;
  cli.out(
    `batch ${journal.batchRunId} is ${state.batch.status}: ${stopped} ${stopped === 1 ? 'work' : 'works'} stopped; go on: wf0-batch resume`,
  );
};

/** A stop that answers has happened: it waits until the works have ended. */
const stopSome = async (
  cli: Cli,
  client: Client,
  {
    journal,
    ids,
    mode,
  }: { readonly journal: Journal<BatchState>; readonly ids: readonly string[]; readonly mode: StopMode },
): Promise<void> => {
  const wanted = await resolveIds(client, await journal.read(), ids);
  const { state, isThere } = await stopWorks(client, journal, { ids: wanted, mode });
  for (const id of wanted) {
    const record = state.records[state.relations.indexOf.get(id) ?? -1];
    cli.out(`${id} is ${record?.state.status ?? 'gone'}`);
  }
  if (!isThere)
    throw new Problem({
      what: 'some works have not ended yet',
      where: journal.batchRunId,
      hint: 'harder: wf0-batch stop --force',
      code: 'environment',
    });
};
