/** Walks the tree of one stage; a worker starts it. */
import { composeTree } from '../compose-tree.ts';
import { untilItEnds } from './until-it-ends.ts';

untilItEnds(async () => {
  process.exitCode = await composeTree();
});
