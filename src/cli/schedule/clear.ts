/** `wf0-schedule clear` */
import type { Command } from 'commander';
import { setAsideBroken } from '../../client/schedule.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command.action(async () => {
    const client = await cli.client();
    const { store } = client;
    const aside = await setAsideBroken(client);
    if (aside !== null) return cli.out(`the schedule could not be read; it is kept as ${aside}`);
    let works: number | null = null;
    // Without one nothing is written, so that a folder without `.wf` stays one.
    if ((await store.readSchedule()) !== null)
      await store.changeSchedule((old) => {
        works = old?.works.length ?? null;
        return null;
      });
    if (works === null) cli.err('note: there is no schedule');
    else cli.out(`the schedule is removed (${works} ${works === 1 ? 'work' : 'works'})`);
  });
};
