/** `wf0-batch run PATH…` */
import type { Command } from 'commander';
import { isSchedulerAlive, isUnfinished } from '../../client/batch.ts';
import type { Client } from '../../client/client.ts';
import type { Schedule } from '../../core/work.ts';
import { formatTime } from '../../core/time.ts';
import type { Cli } from '../cli.ts';
import { begin, type BeginOptions } from './begin.ts';
import { addPlanOptions } from './plan-options.ts';

interface RunOptions extends BeginOptions {
  readonly resume?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  addPlanOptions(command)
    .argument('<path...>', 'a folder of task files, or task files')
    .option('--resume', 'leave out what is completed; without it everything given runs')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--json', 'print one JSON document')
    .option('--follow', 'as always: stay until the end')
    .option('--plan <hash|name>', 'only the plan of this hash')
    .option('--fresh', 'leave an unfinished batch behind')
    .option('--yes', 'ask nothing')
    .action(async (paths: readonly string[], options: RunOptions) => run(cli, paths, options));
};

const run = async (cli: Cli, paths: readonly string[], options: RunOptions): Promise<void> => {
  const client = await cli.client();
  const { works, warnings } = await client.readSources({ sources: [{ type: 'markdown', paths }], exclude: [] });
  for (const warning of warnings) cli.err(`warning: ${warning}`);
  const schedule: Schedule = {
    version: 1,
    created_at: formatTime(client.clock.now()),
    sources: [{ type: 'markdown', query: paths.join(' ') }],
    groups: { order: [], pinned: [] },
    works,
  };
  const fresh = options.fresh === true || (options.resume === true && (await isLeftBehind(client)));
  await begin(cli, client, {
    schedule,
    options: { ...options, rerun: options.resume !== true, fresh },
    followAlways: true,
  });
};

/** An unfinished batch that nobody runs: `run --resume` goes on with its works in a batch of its own. */
const isLeftBehind = async (client: Client): Promise<boolean> => {
  const journal = await client.store.openBatch();
  if (journal === null) return false;
  try {
    const state = await journal.read();
    return isUnfinished(state) && !isSchedulerAlive(client, state);
  } finally {
    await journal.close();
  }
};
