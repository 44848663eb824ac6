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
  /** What Ctrl+C does: `stop` ends the batch (a second one by force), `leave` only this command. */
  readonly interrupt: 'stop' | 'leave';
  /** The first event that is shown; 1 shows all. */
  readonly fromSeq: number;
}

/**
 * One plain line a change; at the end a summary and the exit code of the batch. Throws a Problem (exit code 5) when the
 * batch is unfinished and nobody is left to go on with it.
 */
export const followToEnd = async (
  cli: Cli,
  client: Client,
  { journal, interrupt, fromSeq }: Following,
): Promise<void> => {
  const { first, second } = cli.listenToInterrupts();
  const left = new AbortController();
  let stopping: Promise<unknown> = Promise.resolve();
  const leave = (): void => {
    if (interrupt === 'leave') return left.abort();
    cli.err('stopping (once more: at once) …');
    stopping = stopEverything(client, journal, 'graceful');
  };
  const force = (): void => {
    stopping = Promise.allSettled([stopping, stopEverything(client, journal, 'force')]);
  };
  first.addEventListener('abort', leave, { once: true });
  second.addEventListener('abort', force, { once: true });
  const onEvent = (event: Parameters<typeof eventLine>[0]): void => {
    const line = eventLine(event);
    if (line !== null) cli.out(line);
  };
  const state = await follow(client, journal, { onEvent, signal: left.signal, fromSeq });
  await stopping;
  if (left.signal.aborted) return cli.setExitCode(130);
  cli.out(paint(cli, endSummary(state, client.clock.now())));
  if (isUnfinished(state) && state.batch.status !== 'paused') throw abandoned(journal.batchRunId);
  cli.setExitCode(exitCode(state));
};

/** What `wait` says, too. */
export const abandoned = (batchRunId: string): Problem =>
  new Problem({
    what: 'the batch is unfinished and its scheduler is not running',
    where: `batch ${batchRunId}`,
    hint: 'go on: wf0-batch resume',
    code: 'environment',
  });
