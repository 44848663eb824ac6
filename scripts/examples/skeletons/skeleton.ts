/**
 * One skeleton by hand: `node dist/scripts/examples/skeletons/skeleton.js imagenet --root n02084071 -o out.yaml`.
 * Options: --preset, --threads, --min-siblings, --min-subtree, --hierarchy FILE (tencent).
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { explain, walkTree } from '../../../src/compose-tree.ts';
import { Problem } from '../../../src/ports/problem.ts';
import { defaultMinSiblings, defaultMinSubtree } from '../../../src/protocol/tree-settings.ts';
import { makeReporter } from '../../../src/tree/report.ts';
import { defaultPreset, findPreset, unknownName } from './presets.ts';

export const dataSets = ['imagenet', 'tencent'];

const usage = (what: string): Problem =>
  new Problem({ what, where: 'skeleton.js', hint: 'skeleton.js imagenet --root n02084071 -o out.yaml', code: 'usage' });

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        root: { type: 'string', default: 'all' },
        preset: { type: 'string', default: defaultPreset },
        output: { type: 'string', short: 'o' },
        threads: { type: 'string', default: 'auto' },
        'min-siblings': { type: 'string', default: String(defaultMinSiblings) },
        'min-subtree': { type: 'string', default: String(defaultMinSubtree) },
        hierarchy: { type: 'string' },
      },
    });
  } catch (error) {
    throw usage((error as Error).message.split('\n')[0] ?? '');
  }
};

const wholeNumber = (name: string, text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usage(`--${name} is a whole number from 1, not ${JSON.stringify(text.slice(0, 20))}`);
};

const reporter = makeReporter(process.stderr);

const main = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = readArguments(args);
  const [dataSet, ...more] = positionals;
  if (dataSet === undefined || more.length > 0) throw usage(`one data set is expected: ${dataSets.join(' or ')}`);
  if (!dataSets.includes(dataSet)) throw unknownName('data set', dataSet, dataSets);
  findPreset(values.preset);
  if (values.output === undefined) throw usage('it is not said where the skeleton goes: -o out.yaml');
  const { hierarchy, preset, root } = values;
  return walkTree({
    moduleUrl: pathToFileURL(resolve(import.meta.dirname, `${dataSet}.js`)).href,
    load: { root, params: { preset, ...(hierarchy === undefined ? {} : { hierarchy }) } },
    threads: values.threads === 'auto' ? availableParallelism() : wholeNumber('threads', values.threads),
    minSiblings: wholeNumber('min-siblings', values['min-siblings']),
    minSubtree: wholeNumber('min-subtree', values['min-subtree']),
    output: resolve(values.output),
    reporter,
  });
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = explain(error, reporter);
}
