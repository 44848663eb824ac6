/** Plans: reading `plan.json`, and the hash that tells whether one was changed. */
import { hash } from 'node:crypto';
import type { Plan } from '../core/plan.ts';
import { parseJson, problemAt } from './json.ts';
import { planShape } from './plan-shape.ts';
import { formatFault, isObject } from './shape.ts';
import { refuseNewer } from './version.ts';

/**
 * Reads a plan. Throws a Problem for a newer version and for what is no plan, with file, line and column. It
 * does not compare the hash: whoever holds the right one does that with `planHash`.
 */
export const parsePlan = (text: string, file: string): Plan => {
  const json = parseJson(text, file);
  if (isObject(json)) refuseNewer({ file, kind: 'plan', found: json['version'] });
  const fault = planShape(json);
  if (fault === null) return json as Plan;
  throw problemAt({
    text,
    file,
    path: fault.path,
    at: 'value',
    what: `${file} is no plan: ${formatFault(fault)}`,
    hint: 'plans are written by the program; make a new one with `wf0-batch plan save` or `start`',
  });
};

/** The plan's hash: SHA-256, in hexadecimal, over its canonical JSON without `plan_hash`, `batch_run_id` and `created_at`. */
export const planHash = (plan: Omit<Plan, 'plan_hash' | 'batch_run_id' | 'created_at'>): string => {
  const { plan_hash: _hash, batch_run_id: _id, created_at: _at, ...rest } = plan as Plan;
  return hashOf(rest);
};

/** SHA-256, in hexadecimal, over a value's canonical JSON. */
export const hashOf = (value: unknown): string => hash('sha256', canonicalJson(value));

/** JSON with the members of every object in one order, whatever order they were made in; undefined ones are left out. */
export const canonicalJson = (value: unknown): string => JSON.stringify(inOrder(value));

/** Copies with sorted names, then one native pass: twice as fast as joining strings here. */
const inOrder = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const sorted: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) sorted[name] = inOrder((value as Record<string, unknown>)[name]);
  return sorted;
};
