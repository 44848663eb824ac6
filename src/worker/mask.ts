/** Secrets of the person's environment, kept out of what a worker tells the journal, the pulse and its log. */
import { makeMask } from '../protocol/environment.ts';
import type { Environment } from './world.ts';

/** Masks the secrets of all variables that a stage of this batch may see. */
export const maskOf = ({ all, stages }: Environment): ((text: string) => string) => {
  const ofStages = Object.values(stages).flatMap((workflow) => Object.values(workflow));
  const masks = [all, ...ofStages].map(makeMask);
  return (text) => masks.reduce((masked, mask) => mask(masked), text);
};

/** Members that hold words for people: what stages, git and hooks have said. No others: tokens and commits must stay. */
const spoken: ReadonlySet<string> = new Set(['last_line', 'message', 'question', 'notes', 'missing', 'files']);

/** A report with the words in it masked, however deep they lie. */
export const maskWords = <T>(report: T, mask: (text: string) => string): T => maskWithin(report, mask, false) as T;

const maskWithin = (value: unknown, mask: (text: string) => string, isSpoken: boolean): unknown => {
  if (typeof value === 'string') return isSpoken ? mask(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => maskWithin(each, mask, isSpoken));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, maskWithin(each, mask, spoken.has(name))]),
  );
};
