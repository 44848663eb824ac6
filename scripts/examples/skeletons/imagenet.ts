/** Skeletons of WordNet 3.0's nouns, below any of them: `root` is `nNNNNNNNN`, or `all`. */
import { makeSkeletonModule } from './traversal.ts';

const entity = 'n00001740';

/** What only reads is imported where it is read: threads have no use for it. */
export const { load, rootOf, children, visit, weightOf, costOf, nameOf } = makeSkeletonModule(async ({ root }) => {
  const [{ findSynset, readWordNet }, { packTaxonomy }] = await Promise.all([
    import('./wordnet.ts'),
    import('./taxonomy.ts'),
  ]);
  const wordNet = readWordNet();
  return packTaxonomy(wordNet, findSynset(wordNet, root === 'all' ? entity : root));
});
