import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Hopeless, makeFetch } from '../../src/sources/http.ts';
import { startServer } from '../support/http-server.ts';
import type { LocalServer } from '../support/http-server.ts';

let server: LocalServer;
const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, ' '));
before(async () => {
  server = await startServer((_request, url) => {
    if (url.pathname === '/silent') return () => undefined;
    if (url.pathname === '/half')
      return (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[');
      };
    return (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(bomb);
    };
  });
});
after(() => server.close());

const ask = (path: string, timeLimitMs?: number): Promise<Response> =>
  makeFetch({
    name: 'It',
    baseUrl: server.address,
    cache: { get: () => Promise.resolve(null), put: () => Promise.resolve() },
    identity: '',
    bodyLimitBytes: 1024 * 1024,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
  })(`${server.address}${path}`, {});

test('a server that says nothing, or stops in the middle, is not waited for longer than the time limit', async () => {
  for (const path of ['/silent', '/half'])
    await assert.rejects(
      ask(path, 100),
      (error: unknown) => error instanceof Error && !(error instanceof Hopeless),
      path,
    );
});

test('an answer is measured as it is unpacked: a few kilobytes may be many megabytes', async () => {
  assert.ok(bomb.length < 20_000);
  await assert.rejects(
    ask('/bomb'),
    (error: unknown) => error instanceof Hopeless && /^It's answer is longer than 1 MiB/.test(error.problem.what),
  );
});
