/** The text of `status`. SPEC 12. */
import { etaRangeWords, formatDuration } from './duration.ts';
import { blank, line, type Line, type Style } from './line.ts';
import { attentionMark } from './mark.ts';
import type { ItemStatus, ShownState, StatusDocument, WorkerStatus } from './status.ts';

export interface StatusTextInput {
  readonly status: StatusDocument;
  /** The schedule, as far as the text shows it; null if there is none. */
  readonly schedule: { readonly works: number; readonly created_at: string } | null;
  /** The command line that attaches to each session: `scheduler`, `worker-1`, … Empty without sessions. */
  readonly sessions: ReadonlyMap<string, string>;
}

const rule = '═'.repeat(60);
const shownItems = 50;
const shownCompleted = 5;

/** Whether works in this state can have a row in these lines: those that wait or are passed over are only counted. */
export const hasRow = (state: ShownState): boolean => state !== 'queued' && state !== 'skipped';

/** The lines of `status`. Its counts are those of the document, of whose items it needs those that have a row. */
export const statusText = (input: StatusTextInput): readonly Line[] => {
  const { status } = input;
  const head = [line(['📊 Batch Execution Status', 'title']), line([rule, 'dim'])];
  if (status.batch_run_id === null) return [...head, ...withoutBatch(input)];
  return [
    ...head,
    ...overview(input),
    ...section('Progress', progress(status)),
    ...section('Workers', workers(input)),
    ...section('In progress', status.items.filter(({ state }) => state === 'running').flatMap(runningItem)),
    ...section(
      'Needs attention',
      status.items
        .filter((item) => item.needs_attention !== null)
        .flatMap((item) => attention(item, input.sessions.size > 0)),
    ),
    ...section('Last completed', lastCompleted(status)),
    ...section('Failed', clipItems(status.items.filter(({ state }) => state === 'failed')).flatMap(failedItem)),
    ...section('Next', hints(input)),
  ];
};

const withoutBatch = ({ schedule }: StatusTextInput): readonly Line[] => [
  line(`Schedule: ${describeSchedule(schedule)}`),
  line('Batch:    none has been started'),
  ...section('Next', [line(`  ${schedule === null ? 'wf0-schedule create SOURCE…' : 'wf0-batch start'}`)]),
];

const describeSchedule = (schedule: StatusTextInput['schedule']): string =>
  schedule === null
    ? 'none'
    : `${count(schedule.works, 'work')}${schedule.created_at === '' ? '' : `, created ${showTime(schedule.created_at)}`}`;

const overview = ({ status, schedule }: StatusTextInput): readonly Line[] => [
  line(`Schedule: ${describeSchedule(schedule)}`),
  line(`Batch:    ${status.batch_run_id ?? ''} `, [status.state ?? '', batchStyle(status)]),
  line(`Created:  ${showTime(status.created_at)}`),
  ...(status.started_at === null ? [] : [line(`Started:  ${showTime(status.started_at)}`)]),
  ...(status.ended_at === null ? [] : [line(`Ended:    ${showTime(status.ended_at)}`)]),
];

const batchStyle = ({ state }: StatusDocument): Style =>
  state === 'running' || state === 'completed' ? 'good' : state === 'planned' ? 'plain' : 'warn';

/** `⏭` and `⏹` are one column wide, the others two: their labels get one more space. */
const progress = (status: StatusDocument): readonly Line[] => {
  const { counts } = status;
  const rows: readonly (readonly [string, number, Style, boolean])[] = [
    ['✅ Completed:  ', counts.completed, 'good', true],
    ['🔄 In Progress:', counts.running, 'plain', true],
    ['⏳ Pending:    ', counts.queued, 'plain', true],
    ['❌ Failed:     ', counts.failed, 'bad', counts.failed > 0],
    ['⏭ Skipped:     ', counts.skipped, 'warn', counts.skipped > 0],
    ['⏹ Stopped:     ', counts.stopped, 'warn', counts.stopped > 0],
    ['   Total:      ', counts.total, 'plain', true],
  ];
  const digits = String(counts.total).length;
  const lines = rows
    .filter(([, , , isShown]) => isShown)
    .map(([label, value, style]) => line(`  ${label} `, [String(value).padStart(digits), style]));
  return status.throughput_per_hour === 0 && status.eta_seconds === null ? lines : [...lines, pace(status)];
};

const pace = ({ throughput_per_hour, eta_seconds, eta_low_seconds, eta_high_seconds }: StatusDocument): Line => {
  const eta = eta_seconds === null ? '' : `, ${etaRangeWords(eta_seconds, eta_low_seconds, eta_high_seconds)}`;
  return line([`     ${throughput_per_hour} an hour${eta}`, 'dim']);
};

const workers = ({ status, sessions }: StatusTextInput): readonly Line[] => {
  const attachScheduler = attachHint(sessions.get('scheduler'));
  const scheduler = status.scheduler.running
    ? line('  📋 Scheduler: ', ['✅ running', 'good'], ...attachScheduler)
    : line('  📋 Scheduler: ', ['❌ not running', isOver(status) ? 'dim' : 'bad']);
  return [scheduler, ...status.workers.map((worker) => workerLine(worker, sessions.get(worker.id)))];
};

const attachHint = (command: string | undefined): readonly (readonly [string, Style])[] =>
  command === undefined ? [] : [[`   ${command}`, 'dim']];

const workerLine = (worker: WorkerStatus, command: string | undefined): Line => {
  const name = `  🔧 Worker ${worker.id.slice(worker.id.lastIndexOf('-') + 1)}: `;
  const held = worker.work_id === null ? '' : `${worker.work_id} `;
  const hint = worker.state === 'dead' ? [] : attachHint(command);
  switch (worker.state) {
    case 'starting':
      return line(name, ['starting', 'dim']);
    case 'idle':
      return line(name, ['idle', 'dim'], ...hint);
    case 'running':
      return line(name, held, ['(running)', 'good'], ...hint);
    case 'waiting':
      return line(name, held, ['(waiting for an answer)', 'warn'], ...hint);
    case 'dead':
      return held === '' ? line(name, ['dead', 'bad']) : line(name, held, ['(dead)', 'bad']);
  }
};

const runningItem = (item: ItemStatus): readonly Line[] => {
  const stage = `${item.stage ?? ''} (${Math.min(item.stage_index + 1, item.stage_count)}/${item.stage_count})`;
  const phase = item.phase === null ? '' : `, ${item.phase}`;
  const share = item.progress === null ? '' : ` ${Math.round(item.progress * 100)}%`;
  const time = item.duration_ms === null ? '' : `, ${formatDuration(item.duration_ms)}`;
  const where = item.worktree === null ? [] : [line([`     ${item.worktree}`, 'dim'])];
  return [line(`  🔄 ${item.id}  ${stage}${phase}${share}${time}`), ...where];
};

const attention = (item: ItemStatus, hasSessions: boolean): readonly Line[] => {
  const retry = `wf0-batch retry ${item.id} --answer TEXT`;
  const typed = hasSessions ? `wf0-batch attach ${item.id}` : `wf0-batch stop ${item.id}, then ${retry}`;
  const command = item.state === 'running' ? typed : retry;
  return [
    line(`  ${attentionMark} `, `${item.id}  `, [item.needs_attention?.question ?? '', 'warn']),
    line([`     answer: ${command}`, 'dim']),
  ];
};

const lastCompleted = ({ items }: StatusDocument): readonly Line[] =>
  items
    .filter(({ state }) => state === 'completed')
    .sort((a, b) => ((a.ended_at ?? '') < (b.ended_at ?? '') ? 1 : (a.ended_at ?? '') > (b.ended_at ?? '') ? -1 : 0))
    .slice(0, shownCompleted)
    .map((item) => {
      const time = item.duration_ms === null ? '' : ` (${formatDuration(item.duration_ms)})`;
      const commit = item.commit === null ? '' : `  ${item.commit.slice(0, 12)}${item.pushed ? ' pushed' : ''}`;
      return line(`  ✅ ${item.id}${time}`, [commit, 'dim']);
    });

/** At most 50, and a mark with the number of the rest. */
const clipItems = (items: readonly ItemStatus[]): readonly (ItemStatus | number)[] =>
  items.length <= shownItems ? items : [...items.slice(0, shownItems), items.length - shownItems];

const failedItem = (item: ItemStatus | number): readonly Line[] => {
  if (typeof item === 'number') return [line([`     and ${item} more: wf0-batch report`, 'dim'])];
  return [line(`  ❌ ${item.id}  `, [item.last_error ?? '', 'bad'])];
};

/** What a person can do next, as commands with what they do. */
const hints = (input: StatusTextInput): readonly Line[] => {
  const { status } = input;
  const { counts } = status;
  const failed = status.items.find(({ state }) => state === 'failed');
  const isUnfinished = !isOver(status);
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['wf0-batch resume', 'the scheduler is not running: go on', isUnfinished && !status.scheduler.running],
    ['wf0-batch resume', 'go on', isUnfinished && status.scheduler.running && status.state === 'paused'],
    ['wf0-batch resume', 'go on with what is left', status.state === 'stopped'],
    ['wf0-batch watch', 'the live panel', isUnfinished && status.scheduler.running],
    ['wf0-batch why', 'why works are not running', counts.queued + counts.skipped + counts.stopped > 0],
    [`wf0-batch logs ${failed?.id ?? ''}`, 'the output of a failed work', failed !== undefined],
    [`wf0-batch retry ${failed?.id ?? ''}`, 'run it again', failed !== undefined],
    ['wf0-batch stop', 'end everything', isUnfinished && counts.running > 0],
    ['wf0-batch report', 'the report', !isUnfinished],
  ];
  const shown = rows.filter(([, , isShown]) => isShown);
  const longest = Math.max(0, ...shown.map(([command]) => command.length));
  return shown.map(([command, what]) => line(`  ${command.padEnd(longest)}  `, [what, 'dim']));
};

const isOver = ({ state }: StatusDocument): boolean => state === 'completed' || state === 'stopped';

const section = (title: string, lines: readonly Line[]): readonly Line[] =>
  lines.length === 0 ? [] : [blank, line([title, 'title']), ...lines];

/** `2026-01-31 12:03:04 UTC`. */
const showTime = (iso: string | null): string => (iso === null ? '' : `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`);

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
