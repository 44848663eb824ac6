/** Styled lines as text: colours only on a terminal, and never with `NO_COLOR`. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { Line, Style } from '../view/line.ts';
import type { Cli } from './cli.ts';

export const paint = (cli: Pick<Cli, 'env' | 'isTerminal'>, lines: readonly Line[]): string => {
  const isPlain = !cli.isTerminal.out || (cli.env['NO_COLOR'] ?? '') !== '' || cli.env['TERM'] === 'dumb';
  const chalk = new Chalk({ level: isPlain ? 0 : 1 });
  return lines.map((line) => line.map(({ text, style }) => inStyle(chalk, style)(text)).join('')).join('\n');
};

/** For lines that go to stderr. */
export const paintErrors = (cli: Pick<Cli, 'env' | 'isTerminal'>, lines: readonly Line[]): string =>
  paint({ env: cli.env, isTerminal: { ...cli.isTerminal, out: cli.isTerminal.err } }, lines);

const inStyle = (chalk: ChalkInstance, style: Style): ((text: string) => string) => {
  switch (style) {
    case 'plain':
      return (text) => text;
    case 'good':
      return chalk.green;
    case 'bad':
      return chalk.red;
    case 'warn':
      return chalk.yellow;
    case 'dim':
      return chalk.dim;
    case 'title':
      return chalk.bold;
  }
};
