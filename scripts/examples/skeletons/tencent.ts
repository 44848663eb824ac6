/** Skeletons of the hierarchy of Tencent ML-Images: `root` is the id of a category, or `all`. */
import { makeSkeletonModule } from './traversal.ts';

/** What only reads is imported where it is read: threads have no use for it. */
export const { load, rootOf, children, visit, weightOf, costOf, nameOf } = makeSkeletonModule(
  async ({ root, params }) => {
    const [{ hierarchyFile, readHierarchy }, { packTaxonomy, refuseLost }] = await Promise.all([
      import('./hierarchy.ts'),
      import('./taxonomy.ts'),
    ]);
    const hierarchy = readHierarchy(hierarchyFile(params['hierarchy']));
    const taxonomy = packTaxonomy(hierarchy, root === 'all' ? 0 : hierarchy.findRoot(root));
    if (root === 'all') refuseLost(hierarchy, taxonomy);
    return taxonomy;
  },
);
