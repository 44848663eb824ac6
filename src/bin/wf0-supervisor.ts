/** The session of the scheduler: holds the handed environment and starts the scheduler again when it crashes. */
import { composeSupervisor } from '../compose-daemons.ts';
import { untilItEnds } from './until-it-ends.ts';

const [root = '', batchRunId = '', environmentFile = ''] = process.argv.slice(2);
untilItEnds(async () => {
  process.exitCode = await composeSupervisor({ root, batchRunId, environmentFile });
});
