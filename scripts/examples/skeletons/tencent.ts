/** Skeletons of the hierarchy of Tencent ML-Images: `root` is the id of a category, or `all`. */
import { hierarchyFile, readHierarchy } from './hierarchy.ts';
import { packTaxonomy } from './taxonomy.ts';
import { makeSkeletonModule } from './traversal.ts';

export const { load, rootOf, children, visit, weightOf, nameOf } = makeSkeletonModule(({ root, params }) => {
  const hierarchy = readHierarchy(hierarchyFile(params['hierarchy']));
  return packTaxonomy(hierarchy, root === 'all' ? 0 : hierarchy.findRoot(root));
});
