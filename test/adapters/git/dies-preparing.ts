/** A worker that prepares one worktree after another until it is killed: `<root> <base> <prefix>`. Says `ready` first. */
import { join } from 'node:path';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { makeMutex, makeRequest } from '../../support/repository.ts';

const [root = '', base = '', prefix = ''] = process.argv.slice(2);
const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<
  string,
  string
>;
const repository = await openRepository({ from: root, env, lock: makeMutex(), fetchLock: makeMutex() });
process.stdout.write('ready\n');
for (let number = 0; number < 1000; number += 1) {
  const request = makeRequest(root, `${prefix}-${number}`, base, { stateLink: join(root, '.wf') });
  process.stdout.write(`${number}\n`);
  await repository?.prepareWorktree(request);
}
