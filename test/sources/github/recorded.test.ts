import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readGithub } from '../../../src/sources/github/read-github.ts';
import { startServer } from '../../support/http-server.ts';
import type { LocalServer } from '../../support/http-server.ts';
import { makeNetwork } from '../../support/network.ts';

const cases = process.env['WF_CASES'];
if (cases === undefined)
  console.log('WF_CASES is unset: the answers of GitHub that were recorded (github/octokit-fixtures.*) are left out');

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly response: unknown;
  readonly rawHeaders: readonly string[];
}

let server: LocalServer | null = null;
after(async () => server?.close());

test(
  'recorded pages are read by the links that GitHub gave, and become works',
  { skip: cases === undefined && 'WF_CASES is unset' },
  async () => {
    const file = join(cases ?? '', 'github/octokit-fixtures.paginate-issues.raw.json');
    const recorded = (JSON.parse(readFileSync(file, 'utf8')) as readonly Recorded[]).filter(
      ({ method }) => method === 'get',
    );
    const pages = recorded.map(({ rawHeaders, ...page }) => ({
      ...page,
      headers: Object.fromEntries(
        rawHeaders.flatMap((name, index) =>
          index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
        ),
      ),
    }));
    server = await startServer((_request, url) => {
      // The first page was recorded with three issues a page; the links lead on from there.
      const isFirst = url.pathname.startsWith('/repos/');
      const page = isFirst ? pages[0] : pages.find(({ path }) => path === `${url.pathname}${url.search}`);
      if (page === undefined) return { status: 404, body: { message: 'Not Found' } };
      const link = (page.headers['link'] ?? '').replaceAll('https://api.github.com', server?.address ?? '');
      return { status: page.status, ...(link === '' ? {} : { headers: { link } }), body: page.response };
    });
    const network = await makeNetwork();
    const [, owner = '', name = ''] = /^\/repos\/([^/]+)\/([^/]+)\//.exec(pages[0]?.path ?? '') ?? [];
    const { works } = await readGithub({
      queries: [`repo:${owner}/${name}`],
      patterns: [],
      surroundings: { ...network.surroundings, env: { ...network.surroundings.env, GITHUB_API_URL: server.address } },
    });
    await network.remove();
    assert.deepEqual(
      works.map(({ id, title }) => [id, title]),
      Array.from({ length: 13 }, (_, index) => [
        `FEAT-${index + 1}-test-issue-${index + 1}`,
        `Test issue ${index + 1}`,
      ]),
    );
    assert.deepEqual(
      server.asked.slice(1, 5),
      recorded.slice(1).map(({ path }) => `GET ${path}`),
    );
  },
);
