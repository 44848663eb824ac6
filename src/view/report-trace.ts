/** The stages as trace events, for chrome://tracing and Perfetto: a worker is a thread, a stage a slice. */
import type { ReportDocument } from './report.ts';
import type { StageRun } from './stage-runs.ts';

type TraceEvent = Readonly<Record<string, string | number | Readonly<Record<string, string | number | null>>>>;

export interface TraceInput {
  readonly report: ReportDocument;
  readonly runs: readonly StageRun[];
  /** Where stages that still run are cut off. */
  readonly now: number;
}

/** JSON. Times are microseconds since the first stage began. */
export const reportTrace = ({ report, runs, now }: TraceInput): string => {
  const origin = runs[0]?.started_at ?? 0;
  const workers = [...new Set(runs.map(({ worker }) => worker))].sort(byNumber);
  const threadOf = new Map(workers.map((worker, i) => [worker, i + 1]));
  const slices = runs.map((run): TraceEvent => {
    const { id, stage, attempt, outcome, note } = run;
    return {
      ...{ name: `${id} ${stage}`, cat: outcome, ph: 'X', pid: 1, tid: threadOf.get(run.worker) ?? 0 },
      ts: (run.started_at - origin) * 1000,
      dur: Math.max(0, (run.ended_at ?? now) - run.started_at) * 1000,
      args: { work: id, stage, attempt, outcome, note },
    };
  });
  const names = [
    metadata('process_name', 0, `batch ${report.batch_run_id}`),
    ...workers.map((worker) => metadata('thread_name', threadOf.get(worker) ?? 0, worker)),
  ];
  const otherData = { batch_run_id: report.batch_run_id, summary: report.summary };
  return JSON.stringify({ traceEvents: [...names, ...slices], displayTimeUnit: 'ms', otherData });
};

const metadata = (name: string, tid: number, value: string): TraceEvent => ({
  ...{ name, ph: 'M', pid: 1, tid, args: { name: value } },
});

/** `worker-2` before `worker-10`. */
const byNumber = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);
