/** `wf0-batch clean` */
import type { Command } from 'commander';
import { findLeftovers, removeLeftover, type Leftover, type Leftovers } from '../../client/clean.ts';
import type { Client } from '../../client/client.ts';
import { isYes } from '../../client/trust.ts';
import { Problem } from '../../ports/problem.ts';
import { clip } from '../../view/clean.ts';
import type { Cli } from '../cli.ts';

interface CleanOptions {
  readonly dryRun?: boolean;
  readonly saved?: boolean;
  readonly yes?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--dry-run', 'say what would be removed, with sizes, and remove nothing')
    .option('--saved', 'delete the saved uncommitted changes of ended batches (refs/wf/saved), too')
    .option('--yes', 'ask nothing')
    .action(async (options: CleanOptions) => clean(cli, options));
};

export const examples = `
Examples:
  wf0-batch clean --dry-run   what would go, with sizes
  wf0-batch clean             asks before it removes anything`;

const clean = async (cli: Cli, { dryRun, saved: isSaved, yes }: CleanOptions): Promise<void> => {
  const client = await cli.client();
  const found = await findLeftovers(client);
  const going = found.worktrees.filter(({ commit }) => commit !== null);
  const saved = isSaved === true ? found.saved : [];
  for (const leftover of found.worktrees.filter(({ commit }) => commit === null))
    cli.err(`stays  ${describe(leftover)}: ${clip(leftover.why, 300)}`);
  if (isSaved !== true && found.saved.length > 0)
    cli.err(`stays  ${count(found.saved.length, 'saved change')} under refs/wf/saved: --saved deletes them`);
  if (going.length === 0 && saved.length === 0) return cli.out('nothing to remove');
  for (const leftover of going) cli.out(`remove ${describe(leftover)}`);
  for (const { ref, commit } of saved) cli.out(`delete ${ref} (${commit.slice(0, 12)})`);
  if (dryRun === true) return cli.out(`would free ${size(sum(going))}; no changes made`);
  if (yes !== true) await confirm(cli);
  await remove(cli, client, { worktrees: going, saved });
};

const remove = async (cli: Cli, client: Client, { worktrees, saved }: Leftovers): Promise<void> => {
  const removed: Leftover[] = [];
  for (const leftover of worktrees) {
    const why = await removeLeftover(client, leftover);
    if (why === null) removed.push(leftover);
    else cli.err(`stays  ${describe(leftover)}: ${clip(why, 300)}`);
  }
  for (const { ref } of saved) await client.repository?.deleteRef(ref);
  cli.out(
    `removed ${count(removed.length, 'worktree')}${saved.length === 0 ? '' : ` and ${count(saved.length, 'saved change')}`}, ${size(sum(removed))}`,
  );
};

const confirm = async (cli: Cli): Promise<void> => {
  const refuse = (what: string, where: string, hint: string): Problem =>
    new Problem({ what, where, hint, code: 'refused' });
  if (!cli.isTerminal.in)
    throw refuse(
      'nobody is there to say yes',
      'standard input is no terminal',
      'look first: wf0-batch clean --dry-run; then: wf0-batch clean --yes',
    );
  if (!(await isYes(cli, 'Remove these? [y/N] ')))
    throw refuse('nothing was removed', 'the question above', 'answer y, or give --yes');
};

const describe = ({ id, path, bytes, ignored }: Leftover): string =>
  `${id}  ${path}  ${size(bytes)}${ignored === 0 ? '' : `, with ${count(ignored, 'ignored file')}`}`;

const sum = (leftovers: readonly Leftover[]): number => leftovers.reduce((total, { bytes }) => total + bytes, 0);

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** `1.4 GB`, by 1024. */
const size = (bytes: number): string => {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${['B', 'KB', 'MB', 'GB', 'TB'][power] ?? 'B'}`;
};
