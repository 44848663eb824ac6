/** The last lines of a run on a terminal. */
import type { BatchState } from '../core/state.ts';
import { blank, line, type Line } from './line.ts';
import { marks, styles } from './mark.ts';
import { makeReport, type ReportItem } from './report.ts';

const shownItems = 50;

/** What a terminal shows when a batch has ended: the summary, what is not completed and why, what to do next. */
export const endSummary = (state: BatchState, now: number): readonly Line[] => {
  const report = makeReport(state, now);
  const open = report.items.filter(({ why }) => why !== null);
  const more = open.length - shownItems;
  return [
    blank,
    line([`${open.length === 0 ? '✅' : '❌'} ${report.summary}`, open.length === 0 ? 'good' : 'bad']),
    ...(report.reason === null ? [] : [line([`   ${report.reason}`, 'dim'])]),
    ...open.slice(0, shownItems).flatMap(openLines),
    ...(more > 0 ? [line([`  and ${more} more: wf0-batch report`, 'dim'])] : []),
    line([`  wf0-batch report   the whole report`, 'dim']),
  ];
};

const openLines = (item: ReportItem): readonly Line[] => [
  line(`  ${marks[item.state]} ${item.id}  `, [item.why ?? '', styles[item.state]]),
  ...(item.what_to_do === null || item.state === 'skipped'
    ? []
    : [line([`     ${item.what_to_do.replaceAll('`', '')}`, 'dim'])]),
];
