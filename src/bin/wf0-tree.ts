/** Walks the tree of one stage; a worker starts it. */
import { composeTree } from '../compose-tree.ts';

process.exitCode = await composeTree();
