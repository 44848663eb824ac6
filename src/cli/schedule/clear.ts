/** `wf0-schedule clear` */
import type { Command } from 'commander';
import type { Client } from '../../client/client.ts';
import { editsOf } from '../../client/join-works.ts';
import { setAsideBroken } from '../../client/schedule.ts';
import { isYes } from '../../client/trust.ts';
import type { Schedule } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { clip } from '../../view/clean.ts';
import { count } from '../../view/count.ts';
import type { Cli } from '../cli.ts';
import { sayFrozen } from './say-frozen.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .description('remove the schedule; what runs or was delivered stays as it is')
    .option('--yes', 'ask nothing (without a terminal nothing is asked)')
    .action(async ({ yes }: { readonly yes?: boolean }) => clear(cli, yes === true));
};

export const examples = `
Examples:
  wf0-schedule clear --yes`;

const clear = async (cli: Cli, isSure: boolean): Promise<void> => {
  const client = await cli.client();
  const aside = await setAsideBroken(client);
  if (aside !== null) return cli.out(`the schedule could not be read; it is kept as ${aside}`);
  const schedule = await client.store.readSchedule();
  // Without one nothing is written, so that a folder without `.wf` stays one.
  if (schedule === null) return cli.err('note: there is no schedule');
  if (!isSure && cli.isTerminal.in && cli.isTerminal.err) await confirm(cli, schedule);
  const removed = await remove(client);
  if (removed === null) return cli.err('note: there is no schedule');
  cli.out(`the schedule is removed (${describe(removed)})`);
  await sayFrozen(cli, client);
};

const remove = async (client: Client): Promise<Schedule | null> => {
  let removed: Schedule | null = null;
  await client.store.changeSchedule((old) => {
    removed = old;
    return null;
  });
  return removed;
};

const confirm = async (cli: Cli, schedule: Schedule): Promise<void> => {
  if (await isYes(cli, `Remove the schedule (${describe(schedule)})? [y/N] `)) return;
  throw new Problem({
    what: 'nothing was removed',
    where: 'the question above',
    hint: 'answer y, or give --yes',
    code: 'refused',
  });
};

/** Sources that are named; the others are counted. */
const named = 3;

/** `3 works in 2 groups, 1 edited by hand, from md tasks` */
const describe = (schedule: Schedule): string => {
  const { works, sources } = schedule;
  const groups = new Set(works.flatMap(({ group }) => group ?? [])).size;
  const edited = editsOf(schedule).size;
  const from = sources.slice(0, named).map(({ type, query }) => `${type} ${clip(query, 60)}`);
  const more = sources.length - from.length;
  return [
    `${count(works.length, 'work')}${groups === 0 ? '' : ` in ${count(groups, 'group')}`}`,
    ...(edited === 0 ? [] : [`${edited} edited by hand`]),
    ...(from.length === 0 ? [] : [`from ${from.join(' and ')}${more > 0 ? ` and ${more} more` : ''}`]),
  ].join(', ');
};
