/** A batch in the text format of Prometheus, version 0.0.4. */
import type { StatusDocument } from './status.ts';

export interface MetricsInput {
  readonly version: string;
  /** Of the newest batch; null: there is none. */
  readonly status: StatusDocument | null;
  readonly seq: number;
  /** By status, what this server has answered since it began. */
  readonly answers: ReadonlyMap<number, number>;
}

type Labels = Readonly<Record<string, string>>;
interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

export const metricsText = ({ version, status, seq, answers }: MetricsInput): string =>
  [
    metric('wf0_info', 'gauge', 'The program', [{ labels: { version }, value: 1 }]),
    metric(
      'wf0_http_answers_total',
      'counter',
      'Answers of this server by status',
      [...answers].sort().map(([code, value]) => ({ labels: { status: String(code) }, value })),
    ),
    ...(status === null ? [] : batchMetrics(status, seq)),
  ].join('');

const states = ['queued', 'running', 'completed', 'failed', 'skipped', 'stopped'] as const;
const batchStates = ['planned', 'running', 'paused', 'stopping', 'stopped', 'completed'] as const;
const workerStates = ['starting', 'idle', 'running', 'waiting', 'dead'] as const;

const batchMetrics = (status: StatusDocument, seq: number): readonly string[] => {
  const { counts, items, workers, scheduler, eta_seconds } = status;
  const batch_run_id = status.batch_run_id ?? '';
  return [
    metric(
      'wf0_batch_state',
      'gauge',
      '1 for the state of the newest batch',
      batchStates.map((state) => ({ labels: { batch_run_id, state }, value: status.state === state ? 1 : 0 })),
    ),
    metric(
      'wf0_works',
      'gauge',
      'Works of the newest batch by state',
      states.map((state) => ({ labels: { state }, value: counts[state] })),
    ),
    metric('wf0_attempts', 'gauge', 'Starts of works in the newest batch', [
      { value: items.reduce((sum, { attempts }) => sum + attempts, 0) },
    ]),
    metric('wf0_works_needing_attention', 'gauge', 'Works that wait for a person', [
      { value: items.filter(({ needs_attention }) => needs_attention !== null).length },
    ]),
    metric(
      'wf0_workers',
      'gauge',
      'Workers by state',
      workerStates.map((state) => ({
        labels: { state },
        value: workers.filter((each) => each.state === state).length,
      })),
    ),
    metric('wf0_scheduler_up', 'gauge', '1 while a scheduler lives', [{ value: scheduler.running ? 1 : 0 }]),
    metric('wf0_throughput_per_hour', 'gauge', 'Completed works an hour', [{ value: status.throughput_per_hour }]),
    metric(
      'wf0_eta_seconds',
      'gauge',
      'Seconds until nothing is left',
      eta_seconds === null ? [] : [{ value: eta_seconds }],
    ),
    metric('wf0_journal_seq', 'gauge', 'The newest event', [{ value: seq }]),
  ];
};

const metric = (name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string =>
  samples.length === 0
    ? ''
    : [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${value}`),
        '',
      ].join('\n');

const labelsText = (labels: Labels | undefined): string =>
  labels === undefined
    ? ''
    : `{${Object.entries(labels)
        .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`)
        .join(',')}}`;
