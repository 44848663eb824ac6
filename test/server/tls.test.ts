/** The server over TLS, with a certificate that openssl makes here: pages, cookie, events and terminals; and files that are none. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { expectCode, leaveNothing, status } from '../support/running-batch.ts';
import { api } from '../support/serve.ts';

const noOpenssl: string | false =
  spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not there: no certificate can be made';

describe('over TLS', { skip: noOpenssl }, () => {
  let line: CommandLine;
  const pem = (name: string): string => join(line.folder, `${name}.pem`);
  const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });

  before(async () => {
    line = await makeCommandLine();
    await line.config({
      default_workflow: 'asks',
      batch: { stop_grace: '300ms' },
      workflows: { asks: { worktree: false, stages: [{ name: 'asks', run: 'echo "your name?"; read name' }] } },
    });
    await line.task('a-1');
    expectCode(await line.schedule(['create', 'md=tasks']), 0);
    expectCode(await line.batch(['start']), 0);
    const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=wf0'];
    openssl('req', ...made, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', pem('key'), '-out', pem('cert'));
    openssl('genrsa', '-out', pem('other'), '2048');
    openssl('rsa', '-in', pem('key'), '-aes128', '-passout', 'pass:secret', '-out', pem('locked'));
    writeFileSync(pem('empty'), '');
    writeFileSync(pem('words'), 'this is no certificate\n');
  });
  after(() => leaveNothing(line));

  it('a browser gets its cookie for TLS alone, reads events, and sees the terminal; plain HTTP gets nothing', async () => {
    const child = line.begin(['serve', '--port', '0', '--tls-cert', pem('cert'), '--tls-key', pem('key')]);
    const address = new URL(String((await once(child.stdout as NonNullable<typeof child.stdout>, 'data'))[0]).trim());
    assert.equal(address.protocol, 'https:');
    const ca = readFileSync(pem('cert'));
    const ask = (path: string, options: RequestOptions = {}): Promise<IncomingMessage> =>
      answerOf(request({ host: '127.0.0.1', port: address.port, path, ca, agent: false, ...options }));

    const login = await ask(address.pathname + address.search);
    assert.equal(login.statusCode, 303);
    const [set = ''] = login.headers['set-cookie'] ?? [];
    assert.match(set, /; HttpOnly; SameSite=Strict; .*; Secure$/);
    assert.match(String(login.headers['strict-transport-security']), /max-age=\d+/);
    const cookie = set.split(';')[0] ?? '';
    assert.equal((await ask('/', { headers: { cookie } })).statusCode, 200);
    assert.equal((await ask(`${api}/latest/status`)).statusCode, 401);

    const origin = address.origin;
    const stop = (from: string): Promise<IncomingMessage> =>
      ask(`${api}/stop`, { method: 'POST', headers: { cookie, origin: from } });
    assert.equal((await stop(origin.replace('https', 'http'))).statusCode, 403, 'the same host without TLS is another');

    const events = await ask(`${api}/latest/events`, { headers: { cookie, origin } });
    const [first] = (await once(events.setEncoding('utf8'), 'data')) as [string];
    assert.match(first, /event: snapshot/);
    events.destroy();

    await eventually('it asks', async () => (await status(line)).items[0]?.needs_attention !== null);
    const path = `${api}/latest/items/a-1/terminal?mode=read`;
    const socket = new WebSocket(`wss://${address.host}${path}`, { ca, headers: { cookie, origin } });
    let seen = '';
    socket.on('message', (data: Buffer) => (seen += data.toString('utf8')));
    await eventually('the terminal is shown', () => seen.includes('your name?'));
    const strange = new WebSocket(`wss://${address.host}${path}`, {
      ca,
      headers: { cookie, origin: 'https://evil.example' },
    });
    const [refusal] = (await once(strange, 'error')) as [Error];
    assert.match(refusal.message, /403/);

    const plain = answerOf(plainRequest({ host: '127.0.0.1', port: address.port, path: '/', agent: false }));
    await assert.rejects(plain, /socket hang up|ECONNRESET|Parse Error/);
    child.kill('SIGINT');
    await once(child, 'exit');
    expectCode(await line.batch(['stop', '--force']), 0);
  });

  const refusals = [
    { cert: 'words', key: 'key', what: 'this is no certificate in PEM', where: '--tls-cert' },
    { cert: 'empty', key: 'key', what: 'this is no certificate in PEM', where: '--tls-cert' },
    {
      cert: 'cert',
      key: 'words',
      what: 'this is no key in PEM that can be read without a passphrase',
      where: '--tls-key',
    },
    {
      cert: 'cert',
      key: 'empty',
      what: 'this is no key in PEM that can be read without a passphrase',
      where: '--tls-key',
    },
    {
      cert: 'cert',
      key: 'locked',
      what: 'this is no key in PEM that can be read without a passphrase',
      where: '--tls-key',
    },
    { cert: 'cert', key: 'other', what: 'the key is not that of the certificate', where: '--tls-key' },
  ];
  for (const { cert, key, what, where } of refusals)
    it(`refuses in three lines the certificate “${cert}” with the key “${key}”`, async () => {
      const { code, out, err } = await line.batch(['serve', '--tls-cert', pem(cert), '--tls-key', pem(key)]);
      const hint = 'give a certificate, its chain behind it, and the key that it was made for';
      assert.deepEqual(
        [
          code,
          out,
          err
            .trimEnd()
            .split('\n')
            .map((each) => each.replace(/^\w+: +|^ +\w+: +|^ +/, '')),
        ],
        [2, '', [what, where, hint]],
      );
    });

  it('refuses in three lines a file that is not there, and one without the other', async () => {
    const missing = await line.batch(['serve', '--tls-cert', pem('nowhere'), '--tls-key', pem('key')]);
    assert.deepEqual([missing.code, missing.err.trimEnd().split('\n').length], [2, 3]);
    assert.match(missing.err, /there is no file .*nowhere\.pem/);
    const alone = await line.batch(['serve', '--tls-cert', pem('cert')]);
    assert.deepEqual([alone.code, alone.err.trimEnd().split('\n').length], [2, 3]);
    assert.match(alone.err, /--tls-cert and --tls-key go together/);
  });
});

const answerOf = (sent: ReturnType<typeof request>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
