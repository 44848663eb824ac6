/**
 * `npm run bench [-- PART…]`: measures, asserts nothing. Parts: hundred, many, growth, latency, large, sources, panel, stage, start, trees, tree-works, pages; all by default.
 * Comparisons run side by side in the same run; figures of a busy machine are worth little.
 */
import { loadavg } from 'node:os';
import { benchGithub } from './bench/github.ts';
import { benchHundredWorks } from './bench/hundred-works.ts';
import { benchLarge } from './bench/large.ts';
import { benchLatency } from './bench/latency.ts';
import { benchGrowth, benchManyWorks } from './bench/many-works.ts';
import { benchSources } from './bench/sources.ts';
import { benchStart } from './bench/start.ts';
import { benchPages } from './bench/pages.ts';
import { benchPanel } from './bench/panel.ts';
import { benchStage } from './bench/stage.ts';
import { benchTrees, benchTreeWorks } from './bench/trees.ts';

const rounds = 5;
const parts: Readonly<Record<string, () => void | Promise<void>>> = {
  hundred: () => benchHundredWorks(rounds),
  many: () => benchManyWorks(rounds),
  growth: benchGrowth,
  latency: benchLatency,
  large: benchLarge,
  sources: async () => {
    benchSources(rounds);
    await benchGithub(rounds);
  },
  panel: benchPanel,
  stage: benchStage,
  start: () => benchStart(rounds),
  trees: () => benchTrees(rounds),
  'tree-works': benchTreeWorks,
  pages: () => benchPages(rounds),
};

const wanted = process.argv.slice(2);
console.log(
  `node ${process.version}, load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(' ')}`,
);
for (const [name, measure] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await measure();
