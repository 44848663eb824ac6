/** `wf0-batch report` */
import type { Command } from 'commander';
import { openLatest } from '../../client/batch.ts';
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
    .addHelpText('after', examples)
    .action(async ({ format }: { readonly format: string }) => {
      const write = formats.get(format);
      if (write === undefined) throw unknownFormat(format);
      const client = await cli.client();
      const journal = await openLatest(client);
      try {
        cli.out(write(await read(journal, client.clock.now())).trimEnd());
      } finally {
        await journal.close();
      }
    });
};

const examples = `
Examples:
  wf0-batch report --format html > report.html     one file, with the schedule drawn over time
  wf0-batch report --format junit > junit.xml      for CI
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
