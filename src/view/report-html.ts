/** The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere. */
import { countsLine } from './count.ts';
import { formatDuration } from './duration.ts';
import { marks } from './mark.ts';
import { escapeMarkup as text } from './markup.ts';
import type { ReportItem } from './report.ts';
import { scheduleSvg } from './schedule-svg.ts';
import type { TraceInput } from './report-trace.ts';

export const reportHtml = (input: TraceInput): string => {
  const { report } = input;
  const open = report.items.filter(({ why }) => why !== null);
  const counts = countsLine(report.counts).map((segment) => segment.text);
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>Batch ${text(report.batch_run_id)}</title>`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="viewport" content="width=device-width"><style>${style}</style></head>`,
    '<body>',
    `<h1>Batch ${text(report.batch_run_id)}</h1>`,
    `<p>${text(report.summary)}${report.reason === null ? '' : ` (${text(report.reason)})`}</p>`,
    `<p>${text(counts.join(''))}</p>`,
    `<h2>The schedule over time</h2>`,
    `<div class="wide">${scheduleSvg(input)}</div>`,
    ...(open.length === 0 ? [] : ['<h2>Not completed</h2>', ...open.map(openItem)]),
    '<h2>Works</h2>',
    `<div class="wide">${table(report.items)}</div>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
};

const style = [
  ':root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}',
  'body{max-width:76rem;margin:2rem auto;padding:0 1rem}',
  'table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8884}',
  // On a narrow window these are moved sideways: shrunk, nobody could read them.
  '.wide{overflow-x:auto}.wide svg{min-width:44rem}',
  'code{font-family:ui-monospace,monospace}svg{width:100%;height:auto}svg text{fill:currentColor;font-size:11px}',
  '.passed{fill:#2e9e5b}.failed{fill:#d6453d}.running{fill:#3b82d6}.stopped,.back{fill:#c99a1e}',
].join('');

const openItem = (item: ReportItem): string =>
  [
    `<p><strong>${marks[item.state]} ${text(item.id)}</strong> ${text(item.why ?? '')}`,
    item.what_to_do === null ? '' : `<br><code>${text(item.what_to_do.replaceAll('`', ''))}</code>`,
    '</p>',
  ].join('');

const table = (items: readonly ReportItem[]): string =>
  [
    '<table>',
    `<tr>${['work', 'state', 'duration', 'attempts', 'branch', 'commit', 'title'].map((name) => `<th>${name}</th>`).join('')}</tr>`,
    ...items.map(
      (item) =>
        `<tr>${cells(item)
          .map((cell) => `<td>${text(cell)}</td>`)
          .join('')}</tr>`,
    ),
    '</table>',
  ].join('\n');

const cells = (item: ReportItem): readonly string[] => [
  item.id,
  `${marks[item.state]} ${item.state}`,
  item.duration_ms === null ? '' : formatDuration(item.duration_ms),
  String(item.attempts),
  item.branch ?? '',
  item.commit === null ? '' : `${item.commit.slice(0, 12)}${item.pushed ? ' pushed' : ''}`,
  item.title,
];
