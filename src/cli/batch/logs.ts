/** `wf0-batch logs` */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { openLatest } from '../../client/batch.ts';
import { showLogs } from '../../client/logs.ts';
import type { Cli } from '../cli.ts';

interface LogsOptions {
  readonly follow?: boolean;
  readonly stage?: string;
  readonly attempt?: number;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('<name>', 'a work, scheduler, or worker-N')
    .option('-f, --follow', 'go on until the work has ended')
    .option('--stage <name>', 'only this stage')
    .option('--attempt <n>', 'this attempt instead of the newest', parseAttempt)
    .action(async (name: string, options: LogsOptions) => logs(cli, name, options));
};

export const examples = `
Examples:
  wf0-batch logs 02-api -f                               go on until the work has ended
  wf0-batch logs 02-api --stage wf6-verify --attempt 1
  wf0-batch logs scheduler

The bytes are those that the stage wrote, colours and control characters too, as \`docker logs\` does; each byte of a
secret of your environment or config is a star.`;

const parseAttempt = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
};

const logs = async (cli: Cli, name: string, { follow, stage, attempt }: LogsOptions): Promise<void> => {
  const client = await cli.client();
  const journal = await openLatest(client);
  const wishes = { name, stage: stage ?? null, attempt: attempt ?? null, isFollowing: follow === true };
  try {
    // Only a follower listens: otherwise Ctrl+C ends the command as ever.
    const signal = follow === true ? { signal: cli.listenToInterrupts().first } : {};
    await showLogs(
      client,
      journal,
      { ...wishes, ...signal },
      { write: cli.write, title: ({ name: log }) => cli.err(`── ${log} ──`) },
    );
    if (signal.signal?.aborted === true) cli.setExitCode(130);
  } finally {
    await journal.close();
  }
};
