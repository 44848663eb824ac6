/** `wf0-batch retry` */
import type { Command } from 'commander';
import { openLatest } from '../../client/batch.ts';
import { controlAndRun, resolveIds } from '../../client/control.ts';
import { requireTrust } from '../../client/trust.ts';
import type { Cli } from '../cli.ts';

interface RetryOptions {
  readonly from?: string;
  readonly rerun?: boolean;
  readonly answer?: string;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('<id...>', 'works that failed, were stopped or skipped')
    .option('--from <stage>', 'from this stage on; what is uncommitted is saved under refs/wf/saved first')
    .option('--rerun', 'from the beginning on a new base, also if it is delivered')
    .option('--answer <text>', 'the answer to its question, given to the stage as WF_ANSWER')
    .action(async (ids: readonly string[], options: RetryOptions) => {
      const client = await cli.client();
      const journal = await openLatest(client);
      try {
        await requireTrust(client, cli, journal.batchRunId);
        const wanted = await resolveIds(client, await journal.read(), ids);
        const state = await controlAndRun(client, journal, {
          type: 'retry',
          ids: wanted,
          from: options.from ?? null,
          rerun: options.rerun === true,
          answer: options.answer ?? null,
        });
        cli.out(`${wanted.join(', ')} queued again; batch ${journal.batchRunId} is ${state.batch.status}`);
      } finally {
        await journal.close();
      }
    });
};

export const examples = `
Examples:
  wf0-batch retry 02-api                                from the stage where it failed
  wf0-batch retry 02-api --from wf3-plan
  wf0-batch retry 02-api --answer "use the old table"   a blocked work gets its answer`;
