/** What is refused, with the right status, and that nothing has changed by it. The real program over real HTTP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { expectCode, leaveNothing, picture, status } from '../support/running-batch.ts';
import { api, everything, serve, type Ask, type Served } from '../support/serve.ts';

let line: CommandLine;
let served: Served;
const title = '<script>alert(1)</script>\u001b]0;owned\u0007';

before(async () => {
  line = await makeCommandLine();
  await line.config({
    default_workflow: 'prints',
    workflows: {
      prints: {
        worktree: false,
        stages: [{ name: 'prints', run: 'printf "<b>bold</b> \\033[31mred\\033[0m $API_TOKEN\\n"' }],
      },
    },
  });
  await line.task('a-1', '', 'Plain');
  await line.write(line.project, 'tasks', 'a-2.md', `---\ntitle: ${JSON.stringify(title)}\n---\nbody\n`);
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  expectCode(
    await line.batch(['start', '--engine', 'process', '--follow'], { env: { API_TOKEN: 'a-token-that-is-secret' } }),
    0,
  );
  served = await serve(line);
});
after(async () => {
  await served.end();
  await leaveNothing(line);
});

const withSession = (): Readonly<Record<string, string>> => ({ cookie: served.cookie });
const json = (): Readonly<Record<string, string>> => ({ ...withSession(), 'content-type': 'application/json' });

/** The request is answered so, and not a byte under `.wf` is another behind it. */
const refused = async (expected: number, path: string, ask: Ask): Promise<string> => {
  const before = picture(join(line.project, '.wf'));
  const { status: code, text, headers } = await served.raw(path, ask);
  assert.equal(code, expected, text);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['access-control-allow-origin'], undefined);
  assert.deepEqual(picture(join(line.project, '.wf')), before);
  return text;
};

describe('where a request comes from', () => {
  it('another Host, as after DNS rebinding, another Origin and another site are 403, also with a good cookie', async () => {
    const evil = 'evil.example';
    const stop = (headers: Readonly<Record<string, string>>): Ask => ({
      ...{ method: 'POST', headers: { ...json(), ...headers }, body: '{"force":true}' },
    });
    for (const host of [evil, `${evil}:${served.port}`, `127.0.0.1.nip.io:${served.port}`, '127.0.0.1', `127.0.0.1:1`])
      await refused(403, `${api}/latest/status`, { headers: { ...withSession(), host } });
    for (const origin of [`http://${evil}`, 'null', `https://${served.host}`, `http://localhost:${served.port + 1}`])
      await refused(403, `${api}/stop`, stop({ origin }));
    for (const site of ['cross-site', 'same-site']) await refused(403, `${api}/stop`, stop({ 'sec-fetch-site': site }));
    const fine = await served.raw(`${api}/latest`, {
      headers: { ...withSession(), origin: `http://${served.host}`, 'sec-fetch-site': 'same-origin' },
    });
    assert.equal(fine.status, 200);
  });

  it('a preflight of another origin gets no permission', async () => {
    await refused(403, `${api}/stop`, { method: 'OPTIONS', headers: { origin: 'http://evil.example' } });
    await refused(405, `${api}/stop`, { method: 'OPTIONS', headers: withSession() });
  });
});

describe('sessions', () => {
  it('without a cookie, with a changed one or one of another port everything is 401', async () => {
    const [name = '', value = ''] = served.cookie.split('=');
    const cookies: readonly Readonly<Record<string, string>>[] = [
      {},
      { cookie: `${name}=${value.slice(0, -2)}xx` },
      { cookie: `wf0_batch_1=${value}` },
      { cookie: `${name}=` },
    ];
    for (const headers of cookies)
      for (const path of [
        '/',
        `${api}`,
        `${api}/latest/status`,
        '/api/v1/openapi.json',
        '/metrics',
        '/assets/index.js',
      ])
        await refused(401, path, { headers });
    await refused(401, `${api}/stop`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  });

  it('the token works once, also when ten requests race; its cookie is for this server alone', async () => {
    const other = await serve(line, [], { cookie: '-' });
    const { pathname, search } = new URL(other.address);
    const answers = await Promise.all(Array.from({ length: 10 }, () => other.raw(`${pathname}${search}`)));
    assert.deepEqual(answers.map(({ status: code }) => code).sort(), [303, ...Array<number>(9).fill(401)]);
    const cookie = answers.flatMap(({ headers }) => headers['set-cookie'] ?? []);
    assert.equal(cookie.length, 1);
    assert.match(
      cookie[0] ?? '',
      new RegExp(`^wf0_batch_${other.port}=[^;]+; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`),
    );
    await refused(401, `${api}/latest`, { headers: { cookie: (cookie[0] ?? '').split(';')[0] ?? '' } });
    await refused(401, '/?token=guess', {});
    assert.equal(await other.end('SIGINT'), 130);
  });

  it('a session survives a restart on its port; the secret lies outside .wf, for its owner alone', async () => {
    const first = await serve(line);
    await first.end();
    const second = await serve(line, ['--port', String(first.port)], { cookie: first.cookie });
    assert.equal((await second.raw(`${api}/latest`, { headers: { cookie: first.cookie } })).status, 200);
    await second.end();
    const folder = join(line.folder, 'state', 'wf0-batch');
    assert.deepEqual(readdirSync(folder), ['server-secret']);
    assert.equal(statSync(join(folder, 'server-secret')).mode & 0o777, 0o600);
  });

  it('the bearer of the metrics opens the metrics and nothing else', async () => {
    const other = await serve(line);
    const bearer = await eventually('the bearer is printed', () => /Bearer ([\w-]+)/.exec(other.err())?.[1]);
    const ask = (token: string): Ask => ({ headers: { authorization: `Bearer ${token}` } });
    assert.match((await other.raw('/metrics', ask(bearer))).text, /^wf0_works\{state="completed"\} 2$/m);
    assert.equal((await other.raw('/metrics', ask(`${bearer}x`))).status, 401);
    assert.equal((await other.raw(`${api}/latest`, ask(bearer))).status, 401);
    await other.end();
  });
});

describe('what is asked for', () => {
  it('an unknown path, method, batch, work, log and plan; paths that would lead elsewhere', async () => {
    const ask = { headers: withSession() };
    const up = '..%2f..%2f..%2fconfig.json';
    for (const path of [
      ...['/nothing', '/../package.json', '/assets/..%2f..%2fpackage.json', `${api}/20200101-000000-aaaaaa/status`],
      ...[`${api}/..%2f..%2f/status`, `${api}/latest/items/nope`, `${api}/latest/items/${up}/logs`],
      ...[
        `${api}/latest/items/a-1/logs/${up}`,
        `${api}/latest/items/a-1/logs/1.01-prints.log`,
        `${api}/latest/items/a-1/logs/%00`,
      ],
      ...[`${api}/plans/${up}`, `${api}/plans/none`, `${api}/plans/.hidden`],
    ])
      await refused(404, path, ask);
    await refused(405, `${api}/start`, ask);
    await refused(405, `${api}/latest/status`, { ...ask, method: 'DELETE' });
  });

  it('bodies: no JSON, another type, too long, members that are not known, commands and paths', async () => {
    const post = (body: string | Buffer, headers = json()): Ask => ({ method: 'POST', headers, body });
    await refused(422, `${api}/plan`, post('{'));
    await refused(422, `${api}/plan`, post('[]'));
    await refused(422, `${api}/plan`, post(Buffer.from([0x22, 0xff, 0x22])));
    await refused(415, `${api}/stop`, post('{}', withSession()));
    await refused(415, `${api}/stop`, post('{}', { ...withSession(), 'content-type': 'text/plain' }));
    await refused(415, `${api}/stop`, post('', { ...withSession(), 'content-type': 'text/plain' }));
    await refused(413, `${api}/plan`, post(Buffer.alloc(1024 * 1024 + 1, ' ')));
    const bodies = [
      { selection: everything, run: 'touch /tmp/x' },
      { selection: everything, env: { PATH: '/tmp' } },
      { selection: everything, root: '/tmp' },
      { selection: { ...everything, rules: [{ set: 'include', filter: { path: 'x' } }] } },
      { selection: everything, save_as: '../config' },
      { selection: everything, workflow: 'no-such-workflow' },
      { selection: everything, parallel: 0 },
      { selection: { ...everything, exceptions: Array<string>(100_001).fill('a') } },
    ];
    for (const body of bodies) await refused(422, `${api}/plan`, post(JSON.stringify(body)));
    const unknown = await refused(422, `${api}/retry`, post('{"ids":["a-1"],"run":"true"}'));
    assert.match(unknown, /"issues":\[\{"path":"run"/);
    const text = await refused(422, `${api}/retry`, post('{"ids":["a-1", 7]}'));
    assert.match(text, /"issues":\[\{"path":"ids\[1\]"/);
  });

  it('more requests than a page makes are 429 with the time to wait', async () => {
    const other = await serve(line);
    // Bodies that are refused at once: on a full machine plans would be made as slowly as requests are granted.
    const headers = { cookie: other.cookie, 'content-type': 'application/json' };
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => other.raw(`${api}/plan`, { method: 'POST', headers, body: '{}' })),
    );
    const late = answers.filter(({ status: code }) => code === 429);
    assert.ok(late.length > 0);
    assert.match(late[0]?.headers['retry-after'] ?? '', /^[1-9]\d*$/);
    await other.end();
  });
});

describe('what is shown', () => {
  it('titles with markup and control sequences are data; the headers keep a browser from running anything', async () => {
    const { headers, text } = await served.raw(`${api}/latest/items`, { headers: withSession() });
    assert.match(headers['content-type'] ?? '', /^application\/json/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe-inline|unsafe-eval/);
    assert.doesNotMatch(text, /\\u001b|\u001b|\\u0007/);
    assert.match(text, /<script>alert\(1\)<\/script>/);
  });

  it('a log is plain text whatever it holds, with the secrets of the server masked', async () => {
    const logs = await served.get<{ logs: { name: string; bytes: number }[] }>('/latest/items/a-1/logs');
    const name = logs.logs[0]?.name ?? '';
    const whole = await served.raw(`${api}/latest/items/a-1/logs/${name}`, { headers: withSession() });
    assert.match(whole.headers['content-type'] ?? '', /^text\/plain; charset=utf-8$/);
    assert.match(whole.text, /<b>bold<\/b> \u001b\[31mred/);
    assert.match(whole.text, /a-token-that-is-secret/);
    const knowing = await serve(line, [], { env: { API_TOKEN: 'a-token-that-is-secret' } });
    const masked = await knowing.raw(`${api}/latest/items/a-1/logs/${name}`, { headers: { cookie: knowing.cookie } });
    assert.equal(masked.text, whole.text.replace('a-token-that-is-secret', '*'.repeat(22)));
    const cut = await knowing.raw(`${api}/latest/items/a-1/logs/${name}?from=30`, {
      headers: { cookie: knowing.cookie },
    });
    assert.equal(cut.text, masked.text.slice(30));
    await knowing.end();
    const part = await served.raw(`${api}/latest/items/a-1/logs/${name}?from=3&to=7`, { headers: withSession() });
    assert.deepEqual(
      [part.text, part.headers['x-log-bytes'], part.headers['x-log-from']],
      ['bold', String(logs.logs[0]?.bytes), '3'],
    );
  });
});

describe('terminals', () => {
  const upgrade = async (
    headers: Readonly<Record<string, string>>,
    path = `${api}/latest/items/a-1/terminal?mode=write`,
  ): Promise<number> => {
    const socket = new WebSocket(`ws://${served.host}${path}`, { headers });
    socket.on('error', () => undefined);
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    socket.terminate();
    return answer.statusCode;
  };

  it('an upgrade of another site, without a session, or to nothing is refused', async () => {
    assert.equal(await upgrade({ cookie: served.cookie, origin: 'http://evil.example' }), 403);
    assert.equal(await upgrade({ cookie: served.cookie, host: 'evil.example' }), 403);
    assert.equal(await upgrade({ origin: `http://${served.host}` }), 401);
    assert.equal(await upgrade({ cookie: served.cookie }, `${api}/latest/items/nope/terminal`), 404);
    assert.equal(await upgrade({ cookie: served.cookie }, `${api}/latest/status`), 404);
  });
});

describe('--read-only', () => {
  it('changes nothing: every change is 403, what only looks works', async () => {
    const reading = await serve(line, ['--read-only']);
    const before = picture(join(line.project, '.wf'));
    for (const path of ['/start', '/pause', '/resume', '/stop', '/retry', '/skip', '/add', '/remove', '/plans/x/clone'])
      assert.equal((await reading.post(path, {})).status, 403, path);
    assert.equal((await reading.post('/plan', { selection: everything, save_as: 'kept' })).status, 403);
    assert.equal((await reading.post('/plan', { selection: everything })).status, 200);
    assert.equal((await reading.get<{ read_only: boolean }>('/catalogue')).read_only, true);
    const socket = new WebSocket(`ws://${reading.host}${api}/latest/items/a-1/terminal?mode=write`, {
      headers: { cookie: reading.cookie },
    });
    socket.on('error', () => undefined);
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    assert.equal(answer.statusCode, 403);
    assert.deepEqual(picture(join(line.project, '.wf')), before);
    await reading.end();
  });
});

describe('another address than loopback', () => {
  it('is refused without TLS or --insecure, before anything listens', async () => {
    const screen = expectCode(await line.batch(['serve', '--host', '0.0.0.0', '--port', '0']), 2);
    assert.match(screen.err, /others could read along[\s\S]*--insecure/);
    assert.equal(screen.out, '');
    const open = await serve(line, ['--host', '0.0.0.0', '--insecure']);
    assert.equal(
      (await open.raw(`${api}/latest`, { headers: { cookie: open.cookie, host: `evil.example:${open.port}` } })).status,
      403,
    );
    await open.end();
  });
});

describe('trust', () => {
  it('a start of commands that came from outside is 409 and says how to trust them', async () => {
    await eventually('the batch is over', async () => (await status(line)).state === 'completed');
    await line.git(line.project, 'add', '--force', '.wf/config.json');
    const { answer: plan } = await served.post('/plan', { selection: everything, rerun: true });
    assert.equal(plan.guards.needs_trust, true);
    const before = picture(join(line.project, '.wf'));
    const { status: code, answer } = await served.post('/start', {
      selection: everything,
      rerun: true,
      plan_hash: plan.plan_hash,
    });
    assert.equal(code, 409);
    assert.match(answer.error.hint, /wf0-batch trust/);
    assert.deepEqual(picture(join(line.project, '.wf')), before);
    await line.git(line.project, 'rm', '--cached', '--quiet', '.wf/config.json');
  });
});
