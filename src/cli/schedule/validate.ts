/** `wf0-schedule validate` */
import type { Command } from 'commander';
import { reviewSchedule, type Finding } from '../../client/review-schedule.ts';
import { requireSchedule } from '../../client/schedule.ts';
import { blank, line, type Line, type Style } from '../../view/line.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

export const configure = (command: Command, cli: Cli): void => {
  command.option('--json', 'print one JSON document').action(async ({ json }: { readonly json?: boolean }) => {
    const client = await cli.client();
    const schedule = await requireSchedule(client);
    const { errors, warnings, hasMissing } = await reviewSchedule(client, schedule);
    if (errors.length > 0) cli.setExitCode(1);
    if (json === true)
      return cli.out(
        JSON.stringify({ valid: errors.length === 0, works: schedule.works.length, errors, warnings }, null, 2),
      );
    const works = `${schedule.works.length} ${schedule.works.length === 1 ? 'work' : 'works'}`;
    const style = errors.length > 0 ? 'bad' : 'good';
    const verdict =
      errors.length > 0
        ? 'the schedule cannot be started'
        : `the schedule can be started${hasMissing ? ' with --allow-missing' : ''}`;
    cli.out(
      paint(cli, [
        ...findings('Errors', errors, 'bad'),
        ...findings('Warnings', warnings, 'warn'),
        line(
          [verdict, style],
          `: ${works}, ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}, ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`,
        ),
      ]),
    );
  });
};

/** More than this are counted; `--json` has all of them. */
const shown = 100;

const findings = (title: string, list: readonly Finding[], style: Style): readonly Line[] => {
  if (list.length === 0) return [];
  const more = list.length - shown;
  return [
    line([title, 'title']),
    ...list.slice(0, shown).flatMap(({ text, fix }) => [line('  ', [text, style]), line([`    try: ${fix}`, 'dim'])]),
    ...(more > 0 ? [line([`  and ${more} more: --json has all`, 'dim'])] : []),
    blank,
  ];
};
