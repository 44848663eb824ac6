import type { Hono } from 'hono';

/** What stands with a request: whose it is, for its limits. */
export type Variables = { asker: string };

export type App = Hono<{ Variables: Variables }>;
