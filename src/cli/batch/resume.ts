/** `wf0-batch resume` */
import type { Command } from 'commander';
import { Option } from 'commander';
import { openLatest } from '../../client/batch.ts';
import type { Client } from '../../client/client.ts';
import { resumeBatch } from '../../client/resume.ts';
import { checkEnvironment } from '../../client/check-environment.ts';
import { requireTrust } from '../../client/trust.ts';
import { countWorks } from '../../view/work.ts';
import type { Cli } from '../cli.ts';
import { addParallel } from '../parallel.ts';
import { followToEnd } from './follow.ts';

interface ResumeOptions {
  readonly parallel?: number | 'auto';
  readonly failed: boolean;
  readonly engine?: 'tmux' | 'process';
  readonly follow?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  addParallel(command)
    .option('--no-failed', 'leave failed works failed')
    .addOption(
      new Option('--engine <kind>', 'where scheduler and workers live from now on').choices(['tmux', 'process']),
    )
    .option('--follow', 'stay, show every change, end with the batch')
    .action(async (options: ResumeOptions) => resume(cli, options));
};

export const examples = `
Examples:
  wf0-batch resume                            failed and stopped works are queued again
  wf0-batch resume --no-failed --parallel 4   only what was stopped, with more workers`;

const resume = async (cli: Cli, options: ResumeOptions): Promise<void> => {
  const client = await cli.client();
  const journal = await openLatest(client);
  try {
    await requireTrust(client, cli, journal.batchRunId);
    const before = await journal.read();
    await checkEnvironment(client, { ...before.plan, engine: options.engine ?? before.batch.engine });
    const parallel = await chooseParallel(cli, client, options.parallel ?? null);
    const state = await resumeBatch(client, journal, {
      parallel,
      retryFailed: options.failed,
      engine: options.engine ?? null,
    });
    const { queued, running } = countWorks(state);
    cli.out(
      `batch ${journal.batchRunId} is ${state.batch.status}: ${queued} ${queued === 1 ? 'work' : 'works'} queued, ${running} running, ${state.batch.parallel} at a time`,
    );
    if (options.follow === true) await followToEnd(cli, client, { journal, fromSeq: before.seq + 1 });
  } finally {
    await journal.close();
  }
};

const chooseParallel = async (cli: Cli, client: Client, wanted: number | 'auto' | null): Promise<number | null> => {
  if (wanted === null) return null;
  const most = (await client.readConfig()).batch.max_parallel;
  const parallel = wanted === 'auto' ? client.cores : wanted;
  if (parallel > most && wanted !== 'auto')
    cli.err(`warning: ${parallel} workers are more than batch.max_parallel (${most}); ${most} are started`);
  return Math.min(parallel, most);
};
