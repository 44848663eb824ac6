/** `wf0-batch doctor` */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Check } from '../../client/check.ts';
import { examine } from '../../client/doctor.ts';
import { line, type Line, type Style } from '../../view/line.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

/** SPEC 10: the environment lacks something. */
const exitLacking = 5;

export const configure = (command: Command, cli: Cli): void => {
  command
    .addOption(
      new Option('--engine <kind>', 'where scheduler and workers are to live')
        .choices(['tmux', 'process'])
        .default('tmux'),
    )
    .option('--json', 'print one JSON document')
    .action(async ({ engine, json }: { readonly engine: 'tmux' | 'process'; readonly json?: boolean }) => {
      const checks = await examine(await cli.client(), engine);
      if (checks.some(({ verdict }) => verdict === 'bad')) cli.setExitCode(exitLacking);
      if (json === true) cli.out(JSON.stringify(checks, null, 2));
      else cli.out(paint(cli, checks.flatMap(checkLines)));
    });
};

export const examples = `
Examples:
  wf0-batch doctor
  wf0-batch doctor --engine process --json   on a machine without tmux, for a script`;

const styles: Readonly<Record<Check['verdict'], Style>> = { ok: 'good', warn: 'warn', bad: 'bad' };
const nameWidth = 10;

const checkLines = ({ name, verdict, text, hint }: Check): readonly Line[] => [
  line([verdict.padEnd(5), styles[verdict]], name.padEnd(nameWidth), text),
  ...(hint === '' ? [] : [line([`     ${' '.repeat(nameWidth)}try: ${hint}`, 'dim'])]),
];
