/** `wf0-batch run PATH…` */
import type { Command } from 'commander';
import { isSchedulerAlive, isUnfinished } from '../../client/batch.ts';
import type { Client } from '../../client/client.ts';
import { queryOf } from '../../client/source-query.ts';
import type { Schedule, Work } from '../../core/work.ts';
import { formatTime } from '../../core/time.ts';
import { Problem } from '../../ports/problem.ts';
import type { SourceRequest } from '../../ports/sources.ts';
import type { Cli } from '../cli.ts';
import { readSourceWords } from '../schedule/source-words.ts';
import { begin, type BeginOptions } from './begin.ts';
import { addPlanOptions } from './plan-options.ts';

interface RunOptions extends BeginOptions {
  readonly resume?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  addPlanOptions(command)
    .argument(
      '<path...>',
      'a folder of task files, task files, a manifest (tasks.yaml), or KIND=PATH as in wf0-schedule create',
    )
    .option('--resume', 'leave out what is completed; without it everything given runs')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--json', 'print one JSON document')
    .option('--follow', 'as always: stay until the end')
    .option('--plan <hash|name>', 'only the plan of this hash')
    .option('--fresh', 'leave an unfinished batch behind')
    .option('--yes', 'ask nothing')
    .action(async (paths: readonly string[], options: RunOptions) => run(cli, paths, options));
};

export const examples = `
Examples:
  wf0-batch run tasks/ --parallel 3      schedule a folder, run it, follow
  wf0-batch run tasks.yaml --workers 4   a manifest
  wf0-batch run tasks/ --resume          leave out what is complete`;

const run = async (cli: Cli, paths: readonly string[], options: RunOptions): Promise<void> => {
  const client = await cli.client();
  const sources = toSources(paths);
  const { works, workflows, warnings, notices } = await client.readSources({ sources, exclude: [] });
  for (const notice of notices) cli.err(`note: ${notice}`);
  for (const warning of warnings) cli.err(`warning: ${warning}`);
  await requireCommand(client, works, workflows);
  const schedule: Schedule = {
    version: 1,
    created_at: formatTime(client.clock.now()),
    sources: sources.map((source) => queryOf(source, client)),
    groups: { order: [], pinned: [] },
    works,
    workflows,
  };
  const fresh = options.fresh === true || (options.resume === true && (await isLeftBehind(client)));
  await begin(cli, client, {
    schedule,
    options: { ...options, rerun: options.resume === true ? 'unfinished' : true, fresh },
    followAlways: true,
  });
};

/** Files that end in `.yaml`, `.yml` or `.json` are manifests, all other paths are task files and folders of them. */
const toSources = (words: readonly string[]): readonly SourceRequest[] => {
  const isWord = (word: string): boolean => /^[a-z-]+=/i.test(word);
  const isManifest = (path: string): boolean => /\.(?:ya?ml|json)$/i.test(path);
  const paths = words.filter((word) => !isWord(word) && !isManifest(word));
  return [
    ...(paths.length === 0 ? [] : [{ type: 'markdown', paths } as const]),
    ...words.filter((word) => !isWord(word) && isManifest(word)).map((path) => ({ type: 'manifest', path }) as const),
    ...readSourceWords(words.filter(isWord)),
  ];
};

/** The shipped workflow has no commands: entries that would go through it can do nothing, and are not tried three times. */
const requireCommand = async (
  client: Client,
  works: readonly Work[],
  workflows: Schedule['workflows'],
): Promise<void> => {
  if (Object.keys(workflows ?? {}).length > 0 || !works.some(isBareEntry)) return;
  if (await client.hasOwnConfig()) return;
  throw new Problem({
    what: 'the manifest names no command, and no workflow is configured',
    where: works.find(isBareEntry)?.source.ref ?? '',
    hint: 'write `run: make "$WF_PARAM_DATASET"` at its top, or a workflow into .wf/config.json (wf0-batch init)',
    code: 'refused',
  });
};

const isBareEntry = ({ source, workflow }: Work): boolean => source.type === 'manifest' && workflow === null;

/** An unfinished batch that nobody runs: `run --resume` goes on with its works in a batch of its own. */
const isLeftBehind = async (client: Client): Promise<boolean> => {
  const journal = await client.store.openBatch();
  if (journal === null) return false;
  try {
    const state = await journal.read();
    return isUnfinished(state) && !isSchedulerAlive(client, state);
  } finally {
    await journal.close();
  }
};
