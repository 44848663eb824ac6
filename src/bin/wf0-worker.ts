/** One worker of one batch. */
import { composeWorker } from '../compose-daemons.ts';
import { runWorker } from '../worker/worker.ts';
import { untilItEnds } from './until-it-ends.ts';

const [root = '', batchRunId = '', environmentFile = '', worker = '', incarnation = ''] = process.argv.slice(2);
untilItEnds(async () => {
  const { world, close } = await composeWorker({ root, batchRunId, environmentFile }, { worker, incarnation });
  await runWorker(world);
  await close();
});
