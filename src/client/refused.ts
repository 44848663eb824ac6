/** A refusal of the core as the three-line error that ends a command with 1. */
import type { Refusal } from '../core/refusal.ts';
import { Problem } from '../ports/problem.ts';
import { refusalWords } from '../view/refusal.ts';

export const refused = (refusal: Refusal): Problem =>
  new Problem({ ...refusalWords(refusal), code: 'refused', isUnknown: refusal.reason === 'unknown_work' });
