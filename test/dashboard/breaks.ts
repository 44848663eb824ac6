/** `breaks paint|elsewhere`: watches the newest batch on this terminal, and something throws while the panel is open. */
import { makeDisplay } from '../../src/adapters/system/display.ts';
import { openLatest } from '../../src/client/batch.ts';
import { composeClient } from '../../src/compose.ts';
import { makePanelOn } from '../../src/dashboard/panel.ts';
import { plainPaint } from './scenes.ts';

const client = await composeClient({ cwd: process.cwd(), env: process.env, say: () => undefined });
const journal = await openLatest(client);
let lines = 0;
const paint = (line: Parameters<typeof plainPaint>[0]): string => {
  if (process.argv[2] === 'paint' && ++lines > 300) throw new Error('thrown by paint');
  return plainPaint(line);
};
const fail = (): void => {
  throw new Error('thrown elsewhere');
};
if (process.argv[2] === 'elsewhere') setTimeout(fail, 1500);
await makePanelOn({ display: makeDisplay(), paint }).show({
  ...{ client, journal, interrupt: 'leave', onInterrupt: () => '', signal: new AbortController().signal },
});
