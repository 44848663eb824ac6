/** `wf0-schedule order [--group A,B,C] [--pin A]` */
import type { Command } from 'commander';
import { orderGroups } from '../../client/edit-schedule.ts';
import { requireSchedule } from '../../client/schedule.ts';
import { clip } from '../../view/clean.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--group <a,b,c>', 'groups in the order in which they run; empty takes the order away', split)
    .option('--pin <a,b>', 'groups that come before all others; empty unpins', split)
    .option('--json', 'print the order')
    .action(
      async ({
        group,
        pin,
        json,
      }: {
        readonly group?: readonly string[];
        readonly pin?: readonly string[];
        readonly json?: boolean;
      }) => {
        const client = await cli.client();
        const isQuestion = group === undefined && pin === undefined;
        const { groups, works } = isQuestion
          ? await requireSchedule(client)
          : await orderGroups(client, { order: group ?? null, pinned: pin ?? null });
        if (json === true) return cli.out(JSON.stringify(groups, null, 2));
        const others = [...new Set(works.flatMap((work) => work.group ?? []))].filter(
          (name) => !groups.order.includes(name) && !groups.pinned.includes(name),
        );
        cli.out(
          [`pinned: ${list(groups.pinned)}`, `order:  ${list(groups.order)}`, `others: ${list(others)}`].join('\n'),
        );
      },
    );
};

const split = (text: string): readonly string[] =>
  [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');

const list = (names: readonly string[]): string => names.map((name) => clip(name, 80)).join(', ') || 'none';
