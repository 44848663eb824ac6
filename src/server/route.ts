/** A route as data: the router, the list of methods and the OpenAPI document are all made of it. */
import type { Context } from 'hono';
import type { z } from 'zod';
import type { AnswerName } from './answer-schema.ts';
import type { Limit } from './buckets.ts';

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** Below the prefix, as the router writes it: `/:batch_run_id/status`. */
  readonly path: string;
  readonly summary: string;
  /** Of the body; absent where none is taken. */
  readonly body?: z.ZodType;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly answer: RouteAnswer;
  /** Refused under `--read-only`. */
  readonly changes: boolean;
  readonly limit: Limit;
  handle(context: Context, body: unknown): Promise<Response>;
}

export interface QueryParameter {
  readonly description: string;
  readonly schema: 'integer' | 'string';
}

export interface RouteAnswer {
  readonly status: 200 | 201 | 204;
  /** The name of a schema in `answer-schema.ts`, for JSON; else the type of the content. */
  readonly schema?: AnswerName;
  readonly content?: string;
}

/** Of each session; a page needs a tenth of them. */
export const limits = {
  read: { burst: 400, perSecond: 200 },
  plan: { burst: 20, perSecond: 5 },
  write: { burst: 40, perSecond: 10 },
  stream: { burst: 60, perSecond: 10 },
} as const satisfies Readonly<Record<string, Limit>>;
