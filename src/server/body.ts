/** Bodies: read up to their limit, parsed, and checked by a schema; each fault with its path. */
import type { Context } from 'hono';
import type { z } from 'zod';
import { bodyLimitBytes } from '../protocol/api-schema.ts';
import { formatPath } from '../protocol/shape.ts';
import { Refused } from './refused.ts';

/** Faults that an answer names. */
const shownIssues = 20;

/** A request that says nothing, neither a body nor its type, stands for an object without members. */
export const readBody = async (context: Context, schema: z.ZodType): Promise<unknown> => {
  const type = context.req.header('content-type');
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) throw notJson();
  const text = await readText(context);
  if (type === undefined && text !== '') throw notJson();
  const read = schema.safeParse(parse(text));
  if (read.success) return read.data;
  const issues = read.error.issues.slice(0, shownIssues).map((issue) => ({
    path: formatPath(pathOf(issue).map((step) => (typeof step === 'symbol' ? String(step) : step))),
    message: issue.message,
  }));
  const [first] = issues;
  throw new Refused({
    status: 422,
    what: `the body cannot be used: ${first?.message ?? ''}`,
    where: first === undefined || first.path === '' ? 'the body' : first.path,
    hint: 'GET /api/v1/openapi.json describes it',
    issues,
  });
};

/** The schema library places a member that is not known in the object that has it. */
const pathOf = (issue: z.core.$ZodIssue): readonly PropertyKey[] =>
  issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;

const readText = async (context: Context): Promise<string> => {
  const declared = Number(context.req.header('content-length') ?? 0);
  if (declared > bodyLimitBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of context.req.raw.body ?? []) {
    bytes += part.length;
    if (bytes > bodyLimitBytes) throw tooLarge();
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw malformed('it is no UTF-8');
  }
};

/** An empty body stands for an object without members. */
const parse = (text: string): unknown => {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error));
  }
};

const notJson = (): Refused =>
  new Refused({
    status: 415,
    what: 'the body must be JSON',
    where: 'content-type',
    hint: 'send it with content-type: application/json',
  });

const malformed = (why: string): Refused =>
  new Refused({
    status: 422,
    what: `the body is no JSON: ${why}`,
    where: 'the body',
    hint: 'GET /api/v1/openapi.json describes it',
    issues: [{ path: '', message: 'JSON is expected' }],
  });

const tooLarge = (): Refused =>
  new Refused({
    status: 413,
    what: `the body is longer than ${bodyLimitBytes} bytes`,
    where: 'the body',
    hint: 'choose many works by a filter and exceptions',
  });
