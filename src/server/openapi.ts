/** The OpenAPI 3.1 document, made of the routes and their schemas: what is not in the router cannot be in it. */
import { z } from 'zod';
import { answerSchemas } from './answer-schema.ts';
import type { Route } from './route.ts';

export interface PlacedRoute {
  /** Whole, as the router writes it. */
  readonly path: string;
  readonly route: Route;
}

const errors: Readonly<Record<string, string>> = {
  401: 'there is no session',
  403: 'another Host, Origin or site, or the server is read-only',
  404: 'an id that is not there',
  405: 'a method that is not taken here',
  409: 'a change that the state does not allow',
  413: 'a body over 1 MiB',
  415: 'a body that is no JSON',
  422: 'a body that is not as described; the path is named',
  429: 'too many requests; Retry-After says how long to wait',
  503: 'the machine lacks something',
};

export const openapiDocument = (table: readonly PlacedRoute[], version: string): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const { path, route } of table)
    (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})[route.method] = operation(path, route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'wf0-batch',
      version,
      description:
        'A session begins with the address that `wf0-batch serve` prints. `latest` stands for the newest batch. Beside these routes: WebSocket …/items/{id}/terminal.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(answerSchemas).map(([name, schema]) => [name, toJson(schema)])),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'wf0_batch_PORT' },
        metrics: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }],
  };
};

/** Without its own `$schema`: the document says which dialect it is in. */
const toJson = (schema: z.ZodType): object => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
};

const operation = (path: string, { summary, body, query, answer, method }: Route): object => {
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map((match) => ({
      ...{ name: match[1], in: 'path', required: true, schema: { type: 'string' } },
    })),
    ...Object.entries(query ?? {}).map(([name, { description, schema }]) => ({
      ...{ name, in: 'query', required: false, description, schema: { type: schema } },
    })),
  ];
  return {
    summary,
    operationId: `${method} ${path}`.replaceAll(/[^A-Za-z0-9]+/g, '_'),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: toJson(body) } } } }),
    responses: {
      [answer.status]: { description: summary, ...contentOf(answer) },
      ...Object.fromEntries(Object.entries(errors).map(([status, description]) => [status, errorOf(description)])),
    },
    ...(path.endsWith('/metrics') ? { security: [{ session: [] }, { metrics: [] }] } : {}),
  };
};

const contentOf = ({ schema, content }: Route['answer']): object => {
  if (schema !== undefined)
    return { content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
  return content === undefined ? {} : { content: { [content]: { schema: { type: 'string' } } } };
};

const errorOf = (description: string): object => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorAnswer' } } },
});
