/** `wf0-schedule validate` */
import type { Command } from 'commander';
import { reviewSchedule } from '../../client/review-schedule.ts';
import type { Finding } from '../../protocol/validate-schedule.ts';
import { count } from '../../view/count.ts';
import { blank, line, type Line, type Style } from '../../view/line.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

export const configure = (command: Command, cli: Cli): void => {
  command.option('--json', 'print one JSON document').action(async ({ json }: { readonly json?: boolean }) => {
    const { works, errors, warnings, hasMissing } = await reviewSchedule(await cli.client());
    if (errors.length > 0) cli.setExitCode(1);
    if (json === true) return cli.out(JSON.stringify({ valid: errors.length === 0, works, errors, warnings }, null, 2));
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
          `: ${count(works, 'work')}, ${count(errors.length, 'error')}, ${count(warnings.length, 'warning')}`,
        ),
      ]),
    );
  });
};

export const examples = `
Examples:
  wf0-schedule validate          exit code 1: it cannot be started
  wf0-schedule validate --json`;

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
