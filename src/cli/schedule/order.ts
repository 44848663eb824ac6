/** `wf0-schedule order [--group A,B,C] [--pin A]` */
import type { Command } from 'commander';
import { orderGroups, resolveOrder } from '../../client/order-groups.ts';
import { requireSchedule } from '../../client/schedule.ts';
import { groupOrderText } from '../../view/group-order-text.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';
import { sayFrozen } from './say-frozen.ts';

interface OrderOptions {
  readonly group?: string;
  readonly pin?: string;
  readonly json?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--group <a,b,c>', 'groups in the order in which they run; empty takes the order away')
    .option('--pin <a,b>', 'groups that come before all others; empty unpins')
    .option('--json', 'print the order')
    .action(async (options: OrderOptions) => order(cli, options));
};

export const examples = `
Examples:
  wf0-schedule order                          the order as it is, with the works of each group
  wf0-schedule order --group acme,brio --pin core
  wf0-schedule order --group '' --pin ''      priorities alone decide again`;

const order = async (cli: Cli, { group, pin, json }: OrderOptions): Promise<void> => {
  const client = await cli.client();
  const isQuestion = group === undefined && pin === undefined;
  const { schedule, isChanged } = isQuestion
    ? { schedule: await requireSchedule(client), isChanged: false }
    : await orderGroups(client, { order: group ?? null, pinned: pin ?? null });
  const places = resolveOrder(schedule);
  if (json === true) cli.out(JSON.stringify({ ...schedule.groups, resolved: places }, null, 2));
  else {
    const { default: width } = await import('string-width');
    cli.out(paint(cli, groupOrderText(places, schedule.groups, width)));
  }
  if (isChanged) await sayFrozen(cli, client);
};
