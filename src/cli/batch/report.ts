/** `wf0-batch report` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openLatest } from '../../client/batch.ts';
import { bundle } from '../../client/bundle.ts';
import type { Client } from '../../client/client.ts';
import type { BatchState } from '../../core/state.ts';
import { Problem } from '../../ports/problem.ts';
import type { Journal } from '../../ports/store.ts';
import { reportHtml } from '../../view/report-html.ts';
import { reportJunit } from '../../view/report-junit.ts';
import { reportTrace, type TraceInput } from '../../view/report-trace.ts';
import { makeReport, reportMarkdown } from '../../view/report.ts';
import { collectStageRuns } from '../../view/stage-runs.ts';
import type { Cli } from '../cli.ts';

/** By the names that `--format` takes. */
const formats = new Map<string, (input: TraceInput) => string>([
  ['md', ({ report }) => reportMarkdown(report)],
  ['json', ({ report }) => JSON.stringify(report, null, 2)],
  ['html', reportHtml],
  ['junit', ({ report }) => reportJunit(report)],
  ['trace', reportTrace],
]);

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--format <format>', [...formats.keys()].join(', '), 'md')
    .option('--bundle [file]', 'pack plan, journal, logs, reports and versions into a .tar.gz, secrets masked')
    .action(async ({ format, bundle: file }: ReportOptions) => {
      const write = formats.get(format);
      if (write === undefined) throw unknownFormat(format);
      const client = await cli.client();
      const journal = await openLatest(client);
      try {
        const input = await read(journal, client.clock.now());
        if (file === undefined) return cli.out(write(input).trimEnd());
        await pack(cli, client, { journal, input, file });
      } finally {
        await journal.close();
      }
    });
};

interface ReportOptions {
  readonly format: string;
  /** True: under a name that is made. */
  readonly bundle?: string | true;
}

interface Packing {
  readonly journal: Journal<BatchState>;
  readonly input: TraceInput;
  readonly file: string | true;
}

/** The names of the formats in a bundle. */
const bundled: readonly (readonly [string, string])[] = [
  ['md', 'report.md'],
  ['json', 'report.json'],
  ['html', 'report.html'],
  ['junit', 'junit.xml'],
  ['trace', 'trace.json'],
];

const pack = async (cli: Cli, client: Client, { journal, input, file }: Packing): Promise<void> => {
  const report = new Map(bundled.map(([format, name]) => [name, formats.get(format)?.(input) ?? '']));
  const name = file === true ? `wf0-batch-${journal.batchRunId}.tar.gz` : file;
  const made = await bundle(client, journal, { file: resolve(cli.cwd, name), version: cli.version, report });
  cli.out(`${made.file}  ${formatBytes(made.bytes)}`);
  cli.err('look through it before you give it to somebody: only secrets that are known as such are masked');
};

const formatBytes = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

export const examples = `
Examples:
  wf0-batch report --format html > report.html     one file, with the schedule drawn over time
  wf0-batch report --format junit > junit.xml      for CI
  wf0-batch report --bundle                        for whoever helps you: one file, secrets masked
  wf0-batch report --format trace > trace.json     for ui.perfetto.dev or chrome://tracing`;

const read = async (journal: Journal<BatchState>, now: number): Promise<TraceInput> => {
  const collected = collectStageRuns();
  for await (const event of journal.events(1)) collected.add(event);
  return { report: makeReport(await journal.read(), now), runs: collected.runs(), now };
};

const unknownFormat = (format: string): Problem =>
  new Problem({
    what: `there is no format ${JSON.stringify(format)}`,
    where: '--format',
    hint: `one of: ${[...formats.keys()].join(', ')}`,
    code: 'usage',
  });
