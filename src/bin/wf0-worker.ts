/** One worker of one batch. */
import { composeWorker } from '../compose-daemons.ts';
import { runWorker } from '../worker/worker.ts';

const [root = '', batchRunId = '', environmentFile = '', worker = '', incarnation = ''] = process.argv.slice(2);
const { world, close } = await composeWorker({ root, batchRunId, environmentFile }, { worker, incarnation });
await runWorker(world);
await close();
