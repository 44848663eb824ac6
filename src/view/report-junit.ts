/** The report as JUnit XML, for CI: a work is a test case, a group its class. */
import { attributes, escapeMarkup } from './markup.ts';
import type { ReportDocument, ReportItem } from './report.ts';

/** Failed works are failures; what is neither completed nor failed is skipped, with the reason. */
export const reportJunit = (report: ReportDocument): string => {
  const { counts } = report;
  const totals = {
    tests: counts.total,
    failures: counts.failed,
    errors: 0,
    skipped: counts.total - counts.completed - counts.failed,
    time: seconds(report.duration_ms),
  };
  const timestamp = (report.started_at ?? report.created_at).slice(0, 19);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'wf0-batch', ...totals })}>`,
    `  <testsuite${attributes({ name: report.batch_run_id, ...totals, timestamp })}>`,
    ...report.items.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

const seconds = (ms: number | null): string => ((ms ?? 0) / 1000).toFixed(3);

const testCase = (item: ReportItem): string => {
  const open = `<testcase${attributes({ name: item.id, classname: item.group ?? 'works', time: seconds(item.duration_ms) })}`;
  const said = outcomeOf(item);
  return said === null ? `    ${open}/>` : `    ${open}>\n      ${said}\n    </testcase>`;
};

const outcomeOf = ({ state, why, what_to_do, failed_stage }: ReportItem): string | null => {
  if (state === 'completed') return null;
  const message = why ?? state;
  if (state !== 'failed') return `<skipped${attributes({ message })}/>`;
  const todo = what_to_do === null ? '' : escapeMarkup(what_to_do.replaceAll('`', ''));
  return `<failure${attributes({ message, type: failed_stage })}>${todo}</failure>`;
};
