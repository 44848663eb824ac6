/** Ways to a person, against a real HTTP server and real programs. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommand } from '../../../src/adapters/notify/command.ts';
import { makeDesktop } from '../../../src/adapters/notify/desktop.ts';
import { makeNotifications } from '../../../src/adapters/notify/notifications.ts';
import { makeWebhook } from '../../../src/adapters/notify/webhook.ts';
import type { NoticeDocument } from '../../../src/ports/notifications.ts';
import { startState } from '../../../src/core/state.ts';
import { eventually } from '../../support/eventually.ts';
import { openWebAddress, type Reply, type WebAddress } from '../../support/web-address.ts';
import { plan } from '../../protocol/samples.ts';

const document: NoticeDocument = {
  version: 1,
  id: 'n-1',
  kind: 'failure',
  sent_at: '2026-01-31T08:00:00.000Z',
  batch_run_id: 'b',
  state: 'running',
  root: '/r',
  title: 'A failed',
  text: 'A: run exited with 7 <b> & "$(touch pasted)"',
  counts: { failed: 1 },
  works: [{ id: 'A', title: 'Title', why: 'run exited with 7' }],
  works_total: 1,
};

let folder = '';
before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wf0 notify ü-')));
});
after(() => rmSync(folder, { recursive: true }));

const withAddress = async (
  reply: (n: number, path: string) => Reply,
  body: (address: WebAddress) => Promise<void>,
): Promise<void> => {
  const address = await openWebAddress(reply);
  try {
    await body(address);
  } finally {
    await address.close();
  }
};

/** Fast tries. */
const quick = { pausesMs: [5, 10], timeoutMs: 300 };

describe('a webhook', () => {
  it('gets one POST of JSON, signed over its bytes', () =>
    withAddress(
      () => ({ status: 200 }),
      async ({ url, received }) => {
        await makeWebhook({ url, secret: 'shared secret', ...quick }).send(document);
        assert.equal(received.length, 1);
        const [{ method, path, headers, body }] = received as [(typeof received)[number]];
        assert.deepEqual(
          [method, path, headers['content-type']],
          ['POST', '/hook?token=address-secret', 'application/json'],
        );
        assert.deepEqual(JSON.parse(body), document);
        const expected = createHmac('sha256', 'shared secret').update(body).digest('hex');
        assert.equal(headers['x-wf-batch-signature-256'], `sha256=${expected}`);
      },
    ));

  it('without a secret is not signed', () =>
    withAddress(
      () => ({ status: 204 }),
      async ({ url, received }) => {
        await makeWebhook({ url, secret: null, ...quick }).send(document);
        assert.equal(received[0]?.headers['x-wf-batch-signature-256'], undefined);
      },
    ));

  it('is tried again after 5xx and 429, three times in all, then its host is named and no more of its address', () =>
    withAddress(
      (n) => ({ status: n === 2 ? 429 : 503 }),
      async ({ url, host, received }) => {
        await assert.rejects(makeWebhook({ url, secret: 'x', ...quick }).send(document), {
          message: `${host}: it answers 503`,
        });
        assert.equal(received.length, 3);
      },
    ));

  it('that recovers is content', () =>
    withAddress(
      (n) => (n === 1 ? 'silent' : { status: 200 }),
      async ({ url, received }) => {
        await makeWebhook({ url, secret: null, ...quick }).send(document);
        assert.equal(received.length, 2);
      },
    ));

  it('that says no is not asked again', () =>
    withAddress(
      () => ({ status: 403 }),
      async ({ url, host, received }) => {
        await assert.rejects(makeWebhook({ url, secret: null, ...quick }).send(document), {
          message: `${host}: it answers 403`,
        });
        assert.equal(received.length, 1);
      },
    ));

  it('that never answers ends after its limit, every time', () =>
    withAddress(
      () => 'silent',
      async ({ url, host, received }) => {
        const started = performance.now();
        await assert.rejects(makeWebhook({ url, secret: null, ...quick }).send(document), {
          message: `${host}: no answer within 0.3 s`,
        });
        assert.ok(performance.now() - started < 5000);
        assert.equal(received.length, 3);
      },
    ));

  it('follows a redirect to its own host, and none to another', async () => {
    await withAddress(
      (_n, path) => (path === '/moved' ? { status: 200 } : { status: 308, location: '/moved' }),
      async ({ url, received }) => {
        await makeWebhook({ url, secret: 'x', ...quick }).send(document);
        assert.deepEqual(
          received.map(({ method, path }) => `${method} ${path}`),
          ['POST /hook?token=address-secret', 'POST /moved'],
        );
      },
    );
    const other = await openWebAddress();
    try {
      await withAddress(
        () => ({ status: 307, location: other.url }),
        async ({ url, host, received }) => {
          await assert.rejects(makeWebhook({ url, secret: 'x', ...quick }).send(document), {
            message: `${host}: it redirects to ${other.host}, which is not followed`,
          });
          assert.deepEqual([received.length, other.received.length], [1, 0]);
        },
      );
    } finally {
      await other.close();
    }
  });

  it('that nobody listens at is tried, and the reason named', async () => {
    const gone = await openWebAddress();
    await gone.close();
    await assert.rejects(makeWebhook({ url: gone.url, secret: null, ...quick }).send(document), {
      message: `${gone.host}: ECONNREFUSED`,
    });
  });
});

describe('a command', () => {
  const run = (command: string | readonly string[], timeoutMs = 10_000): Promise<void> =>
    makeCommand({ command, root: folder, folder: join(folder, 'notices'), env: process.env, timeoutMs }).send(document);

  it('has the facts in its environment and in a JSON file that is gone afterwards; nothing is pasted into its text', async () => {
    await run(
      'printf "%s|%s|%s|%s|%s" "$WF_NOTICE_KIND" "$WF_NOTICE_TITLE" "$WF_NOTICE_TEXT" "$WF_NOTICE_WORKS" "$WF_BATCH_RUN_ID" > facts; cp "$WF_NOTICE_FILE" copy.json',
    );
    assert.equal(readFileSync(join(folder, 'facts'), 'utf8'), `failure|A failed|${document.text}|A|b`);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'copy.json'), 'utf8')), document);
    assert.deepEqual(readdirSync(join(folder, 'notices')), []);
    assert.equal(existsSync(join(folder, 'pasted')), false);
  });

  it('in the form of a list runs without a shell', async () => {
    await run(['sh', '-c', 'printf "%s" "$1" > argument', 'sh', '$(touch pasted); *']);
    assert.equal(readFileSync(join(folder, 'argument'), 'utf8'), '$(touch pasted); *');
    assert.equal(existsSync(join(folder, 'pasted')), false);
  });

  it('that fails is named with its code and its last line, one that is not there as such', async () => {
    await assert.rejects(run('echo first >&2; echo no such channel >&2; exit 3'), {
      message: 'sh ended with 3: no such channel',
    });
    await assert.rejects(run(['no-such-notifier']), { message: 'no-such-notifier cannot be started (ENOENT)' });
  });

  it('that hangs is ended with all that it started', async () => {
    await assert.rejects(run(`trap '' TERM; sleep 300 & echo $! > "${folder}/child"; sleep 300`, 300), {
      message: 'sh took longer than 0.3 s',
    });
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    await eventually('its child is gone', () => !existsSync(`/proc/${child}`) || isZombie(child));
  });

  const isZombie = (pid: number): boolean => {
    try {
      return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return true;
    }
  };
});

describe('the desktop', () => {
  const place = (name: string): Readonly<Record<string, string>> => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word"; done > "${folder}/${name}.words"\n`);
    chmodSync(file, 0o755);
    return { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  };
  const words = (name: string): readonly string[] => readFileSync(join(folder, `${name}.words`), 'utf8').split('\n');

  it('is told by notify-send, its markup made harmless', async () => {
    await makeDesktop({ root: folder, env: place('notify-send'), platform: 'linux' }).send(document);
    assert.deepEqual(words('notify-send'), [
      '--app-name=wf0-batch',
      '--urgency=normal',
      '--',
      'wf0-batch: A failed',
      'A: run exited with 7 &lt;b&gt; &amp; "$(touch pasted)"',
      '',
    ]);
  });

  it('on a Mac by osascript, the words beside the script', async () => {
    await makeDesktop({ root: folder, env: place('osascript'), platform: 'darwin' }).send(document);
    assert.deepEqual(words('osascript').slice(-3), ['wf0-batch: A failed', document.text, '']);
    assert.doesNotMatch(words('osascript').slice(0, -3).join('\n'), /failed/);
  });

  it('that is not there is named', async () => {
    await assert.rejects(makeDesktop({ root: folder, env: { PATH: '/nowhere' }, platform: 'linux' }).send(document), {
      message: 'notify-send cannot be started (ENOENT)',
    });
  });
});

describe('notifications', () => {
  const settings = { desktop: false, webhook: null, command: ['true'], on: ['end'] as const, secret: 'signing secret' };
  const make = (over: object = {}) =>
    makeNotifications({
      settings: { ...settings, ...over },
      root: folder,
      directory: folder,
      env: { API_TOKEN: 'token-of-the-person', PLAIN: 'plain-value' },
      stages: [{ DB_PASSWORD: 'password-of-a-stage' }],
      describe: () => ({
        ...document,
        text: 'token-of-the-person plain-value password-of-a-stage',
        works: [{ id: 'A', title: 'signing secret', why: '' }],
      }),
    });
  const state = startState(plan([]));

  it('mask every known secret in all that is said', () => {
    const said = make()?.describe(state, { kind: 'end', ids: [] });
    assert.deepEqual([said?.text, said?.works[0]?.title], ['*** plain-value ***', '***']);
  });

  it('are none when nobody is to be told, or of nothing', () => {
    assert.equal(make({ command: null }), null);
    assert.equal(make({ on: [] }), null);
  });

  it('keep on disk how far they have come; what cannot be read counts as nothing', () => {
    const notifications = make();
    assert.equal(notifications?.readMark(), null);
    const mark = { seq: 7, sent_at: { end: 1 }, held: [], troubled: ['webhook'] };
    notifications?.writeMark(mark);
    assert.deepEqual(make()?.readMark(), mark);
    writeFileSync(join(folder, 'notified.json'), '{"version": 1, "seq"');
    assert.equal(make()?.readMark(), null);
  });
});
