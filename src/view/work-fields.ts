/** A field of a work in a few words of one line. */
import type { GivenField } from '../core/compare-works.ts';
import type { Work } from '../core/work.ts';
import { clip } from './clean.ts';

/** Characters that one value takes at most. */
const valueLimit = 200;

/** `none` for nothing. The body is not for one line: use `line-diff.ts`. */
export const describeValue = (value: Work[GivenField]): string => {
  if (value === null || value === '') return 'none';
  if (Array.isArray(value)) return clip(value.join(', '), valueLimit) || 'none';
  if (typeof value !== 'object') return clip(String(value), valueLimit);
  const pairs = Object.entries(value).map(([name, each]) => `${name}=${String(each)}`);
  return clip(pairs.join(', '), valueLimit) || 'none';
};
