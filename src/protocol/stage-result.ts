/** The result file of a stage (SPEC 5). */
import type { StageReport } from '../core/request.ts';
import type { StageResult } from '../core/failure.ts';
import { stageResultShape } from './failure.ts';
import { formatFault, isObject } from './shape.ts';

/** A result file is at most this long; the reader stops there, so that a longer one is `bad`. */
export const resultLimitBytes = 64 * 1024;

const members = ['outcome', 'to', 'message', 'question', 'quality', 'cost_usd', 'tokens'] as const;

/**
 * What a result file says. Null or nothing but white space: none. A text longer than 64 KiB, no JSON, or of
 * another form: `bad`, with one sentence. Members that are null count as absent, unknown ones are let go. Never throws.
 */
export const parseStageResult = (text: string | null): StageReport['result'] => {
  if (text !== null && Buffer.byteLength(text) > resultLimitBytes) return bad(`it is longer than 64 KiB`);
  if (text === null || text.trim() === '') return { kind: 'none' };
  const json = readJson(text);
  if (!isObject(json)) return bad(json === undefined ? 'it is no JSON' : 'it is no JSON object');
  const said: Record<string, unknown> = {};
  for (const name of members) if (Object.hasOwn(json, name) && json[name] !== null) said[name] = json[name];
  const fault = stageResultShape(said);
  if (fault !== null) return bad(formatFault(fault));
  if (said['outcome'] === 'goto' && (said['to'] === undefined || said['to'] === ''))
    return bad('`goto` needs `to`, the name of a stage');
  return { kind: 'read', value: said as unknown as StageResult };
};

const bad = (why: string): StageReport['result'] => ({ kind: 'bad', message: why });

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown;
  } catch {
    return undefined;
  }
};
