/** The live panel on this process's terminal. */
import { makeDisplay } from './adapters/system/display.ts';
import type { Cli } from './cli/cli.ts';
import { makePainter } from './cli/paint.ts';
import type { Panel } from './client/panel.ts';
import { makePanelOn } from './dashboard/panel.ts';

export const composePanel = (cli: Pick<Cli, 'env' | 'isTerminal'>): Panel =>
  makePanelOn({ display: makeDisplay(), paint: makePainter(cli) });
