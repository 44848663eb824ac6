/** Following a batch on the command line, until it ends or the person leaves. */
import type { Client } from '../../client/client.ts';
import { isUnfinished } from '../../client/batch.ts';
import { follow } from '../../client/follow.ts';
import { stopEverything } from '../../client/stop.ts';
import type { BatchState } from '../../core/state.ts';
import { Problem } from '../../ports/problem.ts';
import type { Journal } from '../../ports/store.ts';
import { eventLine } from '../../view/event-line.ts';
import { exitCode } from '../../view/exit-code.ts';
import { endSummary } from '../../view/end-summary.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

export interface Following {
  readonly journal: Journal<BatchState>;
  /** The first event that is shown where lines are shown; 1 shows all. */
  readonly fromSeq: number;
}

/**
 * The live panel on a terminal, else one plain line a change; at the end a summary and the exit code of the batch.
 * Ctrl+C ends the batch, a second one by force; leaving the panel leaves the batch running and gives 130. Throws a
 * Problem (exit code 5) when the batch is unfinished and nobody is left to go on with it.
 */
export const followToEnd = async (cli: Cli, client: Client, following: Following): Promise<void> => {
  const { journal } = following;
  const stop = makeStopper(client, journal);
  const { first, second } = cli.listenToInterrupts();
  const panel = await cli.panel();
  const interrupt = (): void => {
    const said = stop.interrupt();
    if (panel === null) cli.err(said);
  };
  for (const signal of [first, second]) {
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  }
  const { state, hasLeft } =
    panel === null
      ? await followLines(cli, client, following)
      : await panel.show({
          ...{ client, journal, interrupt: 'stop', onInterrupt: stop.interrupt },
          signal: new AbortController().signal,
        });
  await stop.finished();
  if (hasLeft) {
    cli.err('left; the batch goes on: wf0-batch watch');
    return cli.setExitCode(130);
  }
  cli.out(paint(cli, endSummary(state, client.clock.now())));
  if (isUnfinished(state) && state.batch.status !== 'paused') throw abandoned(journal.batchRunId);
  cli.setExitCode(exitCode(state));
};

const followLines = async (
  cli: Cli,
  client: Client,
  { journal, fromSeq }: Following,
): Promise<{ readonly state: BatchState; readonly hasLeft: boolean }> => {
  const onEvent = (event: Parameters<typeof eventLine>[0]): void => {
    const line = eventLine(event);
    if (line !== null) cli.out(line);
  };
  return { state: await follow(client, journal, { onEvent, fromSeq }), hasLeft: false };
};

interface Stopper {
  /** The first stops the batch, every further one by force; gives what is said of it. */
  interrupt(): string;
  /** What was begun has come to its end. */
  finished(): Promise<void>;
}

const makeStopper = (client: Client, journal: Journal<BatchState>): Stopper => {
  let stopping: Promise<unknown> | null = null;
  return {
    interrupt: () => {
      const before = stopping;
      stopping =
        before === null
          ? stopEverything(client, journal, 'graceful')
          : Promise.allSettled([before, stopEverything(client, journal, 'force')]);
      // Who waits for it hears of what went wrong.
      stopping.catch(() => undefined);
      return before === null ? 'stopping (once more: at once) …' : 'stopping at once …';
    },
    finished: async () => {
      await stopping;
    },
  };
};

/** What `wait` says, too. */
export const abandoned = (batchRunId: string): Problem =>
  new Problem({
    what: 'the batch is unfinished and its scheduler is not running',
    where: `batch ${batchRunId}`,
    hint: 'go on: wf0-batch resume',
    code: 'environment',
  });
