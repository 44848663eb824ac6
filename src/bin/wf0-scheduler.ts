/** The scheduler of one batch. */
import { composeScheduler } from '../compose-daemons.ts';
import { runScheduler } from '../daemon/scheduler.ts';
import { untilItEnds } from './until-it-ends.ts';

const [root = '', batchRunId = '', environmentFile = ''] = process.argv.slice(2);
untilItEnds(async () => {
  const { world, close } = await composeScheduler({ root, batchRunId, environmentFile });
  await runScheduler(world);
  await close();
});
