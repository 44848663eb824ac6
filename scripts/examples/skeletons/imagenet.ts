/** Skeletons of WordNet 3.0's nouns, below any of them: `root` is `nNNNNNNNN`, or `all`. */
import { packTaxonomy } from './taxonomy.ts';
import { makeSkeletonModule } from './traversal.ts';
import { findSynset, readWordNet } from './wordnet.ts';

const entity = 'n00001740';

export const { load, rootOf, children, visit, weightOf, nameOf } = makeSkeletonModule(({ root }) => {
  const wordNet = readWordNet();
  return packTaxonomy(wordNet, findSynset(wordNet, root === 'all' ? entity : root));
});
