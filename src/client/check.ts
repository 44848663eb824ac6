/** One line of `doctor`. */
import { Problem } from '../ports/problem.ts';

export interface Check {
  readonly name: string;
  readonly verdict: 'ok' | 'warn' | 'bad';
  readonly text: string;
  /** What to try; empty if it is ok. */
  readonly hint: string;
}

/** What it is, and nothing to do. */
export const ok = (name: string, text: string): Check => ({ name, verdict: 'ok', text, hint: '' });
/** A run is possible, but not as one might think. */
export const warn = (name: string, text: string, hint: string): Check => ({ name, verdict: 'warn', text, hint });
/** A run is not possible. */
export const bad = (name: string, text: string, hint: string): Check => ({ name, verdict: 'bad', text, hint });

/** A check that throws is a bad one. */
export const guard = async (name: string, check: () => Promise<Check>): Promise<Check> => {
  try {
    return await check();
  } catch (error) {
    if (error instanceof Problem) return bad(name, `${error.what} (${error.where})`, error.hint);
    return bad(name, error instanceof Error ? error.message : String(error), 'see the message');
  }
};
