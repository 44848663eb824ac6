/** `wf0-batch start` */
import type { Command } from 'commander';
import { readSavedSchedule } from '../../client/plans.ts';
import { requireSchedule } from '../../client/schedule.ts';
import type { Cli } from '../cli.ts';
import { begin, type BeginOptions } from './begin.ts';
import { addPlanOptions } from './plan-options.ts';

export const configure = (command: Command, cli: Cli): void => {
  addPlanOptions(command)
    .option('--dry-run', 'show the plan and change nothing')
    .option('--json', 'print one JSON document')
    .option('--follow', 'stay, show every change, end with the batch')
    .option('--plan <hash|name>', 'start a saved plan, or only the plan of this hash')
    .option('--fresh', 'leave an unfinished batch behind')
    .option('--yes', 'ask nothing')
    .action(async (options: BeginOptions) => start(cli, options));
};

export const examples = `
Examples:
  wf0-batch start --dry-run            what would run, in which order, and why
  wf0-batch start --parallel 3         three works at a time, in the background
  wf0-batch start --only 02-api --follow`;

const start = async (cli: Cli, options: BeginOptions): Promise<void> => {
  const client = await cli.client();
  const schedule = (await readSavedSchedule(client, options.plan)) ?? (await requireSchedule(client));
  await begin(cli, client, { schedule, options, followAlways: false });
};
