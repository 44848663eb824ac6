/** `wf0-batch report` */
import type { Command } from 'commander';
import { openLatest } from '../../client/batch.ts';
import { Problem } from '../../ports/problem.ts';
import { makeReport, reportMarkdown } from '../../view/report.ts';
import type { Cli } from '../cli.ts';

const formats = ['md', 'json'];
/** Formats of SPEC 10 that this version does not write. */
const later = ['html', 'junit', 'trace'];

export const configure = (command: Command, cli: Cli): void => {
  command.option('--format <format>', 'md or json', 'md').action(async ({ format }: { readonly format: string }) => {
    if (!formats.includes(format)) throw unknownFormat(format);
    const client = await cli.client();
    const journal = await openLatest(client);
    try {
      const report = makeReport(await journal.read(), client.clock.now());
      cli.out(format === 'json' ? JSON.stringify(report, null, 2) : reportMarkdown(report).trimEnd());
    } finally {
      await journal.close();
    }
  });
};

const unknownFormat = (format: string): Problem =>
  new Problem({
    what: later.includes(format)
      ? `the format ${format} is not there yet`
      : `there is no format ${JSON.stringify(format)}`,
    where: '--format',
    hint: `this version writes: ${formats.join(', ')}`,
    code: 'usage',
  });
