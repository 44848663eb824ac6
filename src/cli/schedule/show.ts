/** `wf0-schedule show [ID…] [--graph]` */
import { Option, type Command } from 'commander';
import type { Client } from '../../client/client.ts';
import { deliveredIds } from '../../client/create-schedule.ts';
import { editsOf } from '../../client/join-works.ts';
import { findWork, requireSchedule } from '../../client/schedule.ts';
import type { Schedule } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { writeSchedule } from '../../protocol/schedule.ts';
import { graphDot, graphMermaid } from '../../view/graph-formats.ts';
import { graphText } from '../../view/graph-text.ts';
import { blank } from '../../view/line.ts';
import { scheduleGraph } from '../../view/schedule-graph.ts';
import { scheduleText } from '../../view/schedule-text.ts';
import { workText } from '../../view/work-text.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';
import { columnsOf, hasOnlyAscii } from '../screen.ts';

interface ShowOptions {
  readonly json?: boolean;
  readonly graph?: boolean;
  readonly format?: (typeof formats)[number];
}

const formats = ['text', 'mermaid', 'dot', 'json'] as const;

export const configure = (command: Command, cli: Cli): void => {
  command
    .usage('[options] [ID…]')
    .argument('[id...]', 'only these works, each as a whole')
    .option('--graph', 'draw what depends on what')
    .addOption(new Option('--format <format>', 'of the graph').choices(formats))
    .option(
      '--json',
      'print it as .wf/schedule.json holds it; of works, each as it stands there; of the graph, its edges',
    )
    .action(async (ids: readonly string[], options: ShowOptions) => show(cli, ids, options));
};

export const examples = `
Examples:
  wf0-schedule show 02-api
  wf0-schedule show --graph
  wf0-schedule show --graph --format dot | dot -Tsvg > schedule.svg`;

const show = async (cli: Cli, ids: readonly string[], options: ShowOptions): Promise<void> => {
  const isGraph = options.graph === true || options.format !== undefined;
  if (isGraph && ids.length > 0) throw wholeOnly(ids);
  if (options.json === true && options.format !== undefined && options.format !== 'json')
    throw twoFormats(options.format);
  const client = await cli.client();
  const schedule = await requireSchedule(client);
  if (isGraph)
    return showGraph(cli, client, { schedule, format: options.json === true ? 'json' : (options.format ?? 'text') });
  if (ids.length > 0) return showWorks(cli, schedule, { ids, isJson: options.json === true });
  if (options.json === true) return cli.out(writeSchedule(schedule).trimEnd());
  const { default: width } = await import('string-width');
  cli.out(paint(cli, scheduleText(schedule, width)));
};

const showWorks = (
  cli: Cli,
  schedule: Schedule,
  { ids, isJson }: { readonly ids: readonly string[]; readonly isJson: boolean },
): void => {
  const works = [...new Set(ids.map((id) => findWork(schedule, id, 'wf0-schedule show')))];
  if (isJson) return cli.out(JSON.stringify(works.length === 1 ? works[0] : works, null, 2));
  const edits = editsOf(schedule);
  const lines = works.map((work) =>
    workText({
      work,
      dependents: schedule.works.filter(({ dependencies }) => dependencies.includes(work.id)).map(({ id }) => id),
      edited: edits.get(work.id) ?? new Set(),
    }),
  );
  cli.out(
    paint(
      cli,
      lines.flatMap((each, i) => (i === 0 ? each : [blank, ...each])),
    ),
  );
};

const showGraph = async (
  cli: Cli,
  client: Client,
  { schedule, format }: { readonly schedule: Schedule; readonly format: (typeof formats)[number] },
): Promise<void> => {
  const graph = scheduleGraph(schedule.works);
  switch (format) {
    case 'json':
      return cli.out(JSON.stringify(graph, null, 2));
    case 'mermaid':
      return cli.out(graphMermaid(graph));
    case 'dot':
      return cli.out(graphDot(graph));
    case 'text': {
      const { default: width } = await import('string-width');
      const options = {
        columns: columnsOf(cli),
        isAscii: hasOnlyAscii(cli.env),
        delivered: await deliveredIds(client),
        width,
      };
      return cli.out(paint(cli, graphText(graph, options)));
    }
  }
};

const wholeOnly = (ids: readonly string[]): Problem =>
  new Problem({
    what: 'the graph is of the whole schedule',
    where: `wf0-schedule show --graph ${ids.slice(0, 3).join(' ')}`,
    hint: 'leave the ids out, or look at one work: wf0-schedule show ID',
    code: 'usage',
  });

const twoFormats = (format: string): Problem =>
  new Problem({
    what: `--json and --format ${format} are two formats`,
    where: 'wf0-schedule show',
    hint: 'give one of them',
    code: 'usage',
  });
