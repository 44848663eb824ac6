/** `wf0-schedule show` */
import type { Command } from 'commander';
import { requireSchedule } from '../../client/schedule.ts';
import { writeSchedule } from '../../protocol/schedule.ts';
import { scheduleText } from '../../view/schedule-text.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--json', 'print it as .wf/schedule.json holds it')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const schedule = await requireSchedule(await cli.client());
      if (json === true) return cli.out(writeSchedule(schedule).trimEnd());
      const { default: width } = await import('string-width');
      cli.out(paint(cli, scheduleText(schedule, width)));
    });
};
