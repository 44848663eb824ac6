/** `wf0-batch trust` */
import type { Command } from 'commander';
import { describeTrust, grantTrust, isYes, lookAtTrust } from '../../client/trust.ts';
import { Problem } from '../../ports/problem.ts';
import type { Client } from '../../client/client.ts';
import type { Cli } from '../cli.ts';

interface TrustOptions {
  readonly show?: boolean;
  readonly hash?: string;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--show', 'show the commands and whether they are allowed; ask nothing')
    .option('--hash <hash>', 'allow them without a question if they are still those of this hash (--show prints it)')
    .action(async (options: TrustOptions) => trust(cli, options));
};

export const examples = `
Examples:
  wf0-batch trust --show   the commands, and whether they may run
  wf0-batch trust          asks, and remembers these commands`;

const trust = async (cli: Cli, { show, hash }: TrustOptions): Promise<void> => {
  const client = await cli.client();
  const seen = await lookAtTrust(client, await newestBatch(client));
  if (seen.outside === null) return cli.out('.wf is your own: nothing to allow');
  for (const line of describeTrust(seen)) cli.out(line);
  cli.out(`hash ${seen.hash}`);
  if (seen.isTrusted) return cli.out('these commands are allowed');
  if (show === true) return cli.out('these commands are not allowed yet');
  if (hash !== undefined && hash !== seen.hash)
    throw refused(
      'the commands are not those of this hash',
      `--hash ${hash}`,
      'look at them again: wf0-batch trust --show',
    );
  if (hash === undefined) {
    if (!cli.isTerminal.in)
      throw refused(
        'nobody is there to answer',
        'standard input is no terminal',
        `run it on a terminal, or, having looked: wf0-batch trust --hash ${seen.hash}`,
      );
    if (!(await isYes(cli, 'Let these commands run? [y/N] ')))
      throw refused('not allowed', 'the question above', 'answer y to let them run');
  }
  await grantTrust(client, seen);
  cli.out('allowed');
};

const newestBatch = async ({ store }: Client): Promise<string | null> => {
  const journal = await store.openBatch();
  await journal?.close();
  return journal?.batchRunId ?? null;
};

const refused = (what: string, where: string, hint: string): Problem =>
  new Problem({ what, where, hint, code: 'refused' });
