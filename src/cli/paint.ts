/** Styled lines as text: colours only on a terminal, and never with `NO_COLOR`. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { Line, Style } from '../view/line.ts';
import type { Cli } from './cli.ts';

type Surroundings = Pick<Cli, 'env' | 'isTerminal'>;

export const paint = (cli: Surroundings, lines: readonly Line[]): string => lines.map(makePainter(cli)).join('\n');

/** Of one line. */
export const makePainter = ({ env, isTerminal }: Surroundings): ((line: Line) => string) => {
  const isPlain = !isTerminal.out || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const chalk = new Chalk({ level: isPlain ? 0 : 1 });
  return (line) => line.map(({ text, style }) => inStyle(chalk, style)(text)).join('');
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
