/**
 * Jira's search on a real server of this machine. Requests and answers are judged by a schema that is written from
 * Atlassian's documentation of the endpoint (test/fixtures/jira); a test asserts that there are no `faults`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/layers/load.ts';
import { startServer } from './http-server.ts';
import type { LocalServer, Reply } from './http-server.ts';
import { makeJudge } from './openapi.ts';
import type { ApiDescription } from './openapi.ts';

export interface JiraServer extends LocalServer {
  readonly faults: string[];
  readonly authorizations: string[];
  /** What each request asked for. */
  readonly questions: SearchRequest[];
}

interface SearchRequest {
  readonly jql: string;
  readonly fields: readonly string[];
  readonly maxResults: number;
  readonly nextPageToken?: string;
}

export interface JiraOptions {
  readonly issues: readonly object[];
  /** The server gives fewer than it is asked for, as Jira may. */
  readonly pageSize?: number;
  /** An answer instead of the usual one; undefined: the usual one. */
  readonly instead?: (count: number) => Reply | undefined;
}

export const startJira = async ({ issues, pageSize = 100, instead }: JiraOptions): Promise<JiraServer> => {
  const file = join(projectFolder(), 'test/fixtures/jira/search.openapi.json');
  const judge = makeJudge(JSON.parse(readFileSync(file, 'utf8')) as ApiDescription);
  const faults: string[] = [];
  const authorizations: string[] = [];
  const questions: SearchRequest[] = [];
  let count = 0;
  const server = await startServer((request, url, text) => {
    const question = JSON.parse(text) as SearchRequest;
    authorizations.push(request.headers.authorization ?? '');
    questions.push(question);
    faults.push(...judge.request(request.method ?? '', url, question));
    const reply = instead?.(++count) ?? page(issues, Math.min(pageSize, question.maxResults), question.nextPageToken);
    if (typeof reply !== 'function') faults.push(...judge.answer(request.method ?? '', url, reply.status, reply.body));
    return reply;
  });
  return Object.assign(server, { faults, authorizations, questions });
};

const page = (issues: readonly object[], size: number, token = 'from-0'): Reply => {
  const start = Number(token.replace('from-', ''));
  const isLast = start + size >= issues.length;
  return {
    status: 200,
    body: {
      isLast,
      issues: issues.slice(start, start + size),
      ...(isLast ? {} : { nextPageToken: `from-${start + size}` }),
    },
  };
};

type Category = 'new' | 'indeterminate' | 'done';

export const status = (key: Category): object => ({ name: key, statusCategory: { id: 1, key, name: key } });

/** An issue as another one names it. */
export const linked = (key: string, category: Category = 'new'): object => ({
  ...{ id: '1', key, self: `https://acme.test/rest/api/3/issue/${key}` },
  fields: { summary: key, status: status(category) },
});

/** An issue with the fields that are asked for. */
export const makeJiraIssue = (key: string, fields: object = {}): object => ({
  ...{ id: '1', key, self: `https://acme.test/rest/api/3/issue/${key}` },
  fields: {
    ...{ summary: `Issue ${key}`, description: null, status: status('new'), issuetype: { name: 'Task' } },
    ...{ priority: { name: 'Medium' }, labels: [], issuelinks: [], subtasks: [] },
    ...fields,
  },
});

export const text = (content: string, ...marks: readonly string[]): object => ({
  ...{ type: 'text', text: content },
  ...(marks.length === 0 ? {} : { marks: marks.map((type) => ({ type })) }),
});
export const node = (type: string, ...content: readonly object[]): object => ({ type, content });
export const document = (...content: readonly object[]): object => ({ type: 'doc', version: 1, content });
