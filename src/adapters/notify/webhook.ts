/**
 * A notice as a POST of JSON. With a secret the body is signed: `X-WF-Batch-Signature-256: sha256=<hex HMAC-SHA256>`.
 * It is tried three times, five seconds each. A redirect is followed only where it keeps the method (307, 308) and the
 * host: the notice and its signature are meant for nobody else.
 */
import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NoticeWay } from '../../ports/notifications.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Null: not signed. */
  readonly secret: string | null;
  /** Of one try. */
  readonly timeoutMs?: number;
  /** Between the tries; one try more than there are pauses. */
  readonly pausesMs?: readonly number[];
}

const redirectLimit = 3;

export const makeWebhook = ({ url, secret, timeoutMs = 5000, pausesMs = [500, 2000] }: WebhookOptions): NoticeWay => ({
  name: 'webhook',
  send: async (document) => {
    const body = JSON.stringify(document);
    for (let tried = 0; ; tried++) {
      const { trouble, mayPass } = await post(new URL(url), { body, headers: headersFor(body, secret), timeoutMs });
      if (trouble === null) return;
      const pause = pausesMs[tried];
      if (!mayPass || pause === undefined) throw new Error(`${new URL(url).host}: ${trouble}`);
      await sleep(pause);
    }
  },
});

const headersFor = (body: string, secret: string | null): Readonly<Record<string, string | number>> => ({
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body),
  'user-agent': 'wf0-batch',
  ...(secret === null
    ? {}
    : { 'x-wf-batch-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
});

interface Post {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly timeoutMs: number;
}

interface Outcome {
  /** Null: it was taken. */
  readonly trouble: string | null;
  /** Whether trying again may help. */
  readonly mayPass: boolean;
}

const post = async (first: URL, options: Post): Promise<Outcome> => {
  let url = first;
  for (let hops = 0; hops <= redirectLimit; hops++) {
    const answer = await ask(url, options);
    if (typeof answer === 'string') return { trouble: answer, mayPass: true };
    const { status, location } = answer;
    if (status >= 200 && status < 300) return { trouble: null, mayPass: false };
    const mayPass = status === 429 || status >= 500;
    if ((status !== 307 && status !== 308) || location === null) return { trouble: `it answers ${status}`, mayPass };
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (next?.host !== first.host || next.protocol !== first.protocol)
      return { trouble: `it redirects to ${next?.host ?? 'nowhere'}, which is not followed`, mayPass: false };
    url = next;
  }
  return { trouble: `it redirects more than ${redirectLimit} times`, mayPass: false };
};

/** The answer's status and `Location`; in words why there is none. What else it says is not read. */
const ask = (
  url: URL,
  { body, headers, timeoutMs }: Post,
): Promise<string | { readonly status: number; readonly location: string | null }> =>
  new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = request(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null });
      response.destroy();
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      resolve(signal.aborted ? `no answer within ${timeoutMs / 1000} s` : (error.code ?? error.message)),
    );
    sent.end(body);
  });
