/** The real graphs of WF_CASES/dags; none where it is not set. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GraphCase {
  readonly name: string;
  readonly file: string;
  readonly isCyclic: boolean;
  readonly total: number;
  readonly path: number;
  /** Best known makespan by number of workers. */
  readonly best: readonly (readonly [number, number])[];
}

export interface GraphTask {
  readonly id: string;
  readonly deps: readonly string[];
  readonly duration: number;
}

interface Entry {
  readonly case: string;
  readonly cyclic?: boolean;
  readonly total_work?: number;
  readonly critical_path?: number;
  readonly bounds?: Readonly<Record<string, { readonly best_known: number }>>;
}

const folder = join(process.env['WF_CASES'] ?? '/nowhere', 'dags');

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

export const readGraph = (file: string): readonly GraphTask[] =>
  (readJson(file) as { tasks: readonly GraphTask[] }).tasks;

export const graphCases: readonly GraphCase[] = existsSync(join(folder, 'bounds.json'))
  ? (readJson(join(folder, 'bounds.json')) as readonly Entry[]).map((entry) => ({
      name: entry.case,
      file: join(folder, entry.case),
      isCyclic: entry.cyclic === true,
      total: entry.total_work ?? 0,
      path: entry.critical_path ?? 0,
      best: Object.entries(entry.bounds ?? {}).map(([m, { best_known }]) => [Number(m), best_known] as const),
    }))
  : [];
