/** `wf0-batch wait` */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { isSchedulerAlive, isUnfinished, openLatest, waitUntil } from '../../client/batch.ts';
import { Problem } from '../../ports/problem.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { exitCode } from '../../view/exit-code.ts';
import type { Cli } from '../cli.ts';
import { abandoned } from './follow.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--timeout <duration>', 'give up after this long, such as 30m (exit 5)', parseTimeout)
    .action(async ({ timeout }: { readonly timeout?: number }) => wait(cli, timeout ?? Infinity));
};

export const examples = `
Examples:
  wf0-batch wait && git fetch    exit code 0: every work is completed
  wf0-batch wait --timeout 30m`;

const parseTimeout = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('It must be a duration such as 90s, 30m or 2h.');
  return ms;
};

const wait = async (cli: Cli, timeoutMs: number): Promise<void> => {
  const client = await cli.client();
  const journal = await openLatest(client);
  try {
    const { state, isThere } = await waitUntil(client, journal, {
      isThere: (newest) => !isUnfinished(newest) || isAtRest(newest) || !isSchedulerAlive(client, newest),
      timeoutMs,
    });
    if (!isThere) throw unended(journal.batchRunId);
    if (isUnfinished(state) && !isAtRest(state)) {
      // A scheduler that was just killed is started again by its session: it gets a moment.
      const again = await waitUntil(client, journal, {
        isThere: (newest) => !isUnfinished(newest) || isSchedulerAlive(client, newest),
        timeoutMs: restartMs,
      });
      if (again.isThere) return await wait(cli, timeoutMs);
      throw abandoned(journal.batchRunId);
    }
    // The scheduler of an ended batch writes the report and leaves last.
    if (!isUnfinished(state))
      await waitUntil(client, journal, { isThere: (newest) => !isSchedulerAlive(client, newest), timeoutMs: leaveMs });
    cli.setExitCode(exitCode(state));
  } finally {
    await journal.close();
  }
};

const restartMs = 3000;
const leaveMs = 15_000;

const isAtRest = ({ batch, active }: Parameters<typeof isUnfinished>[0]): boolean =>
  batch.status === 'paused' && active.length === 0;

const unended = (batchRunId: string): Problem =>
  new Problem({
    what: 'the batch did not end in time',
    where: `batch ${batchRunId}`,
    hint: 'wait longer, or look: wf0-batch status',
    code: 'environment',
  });
