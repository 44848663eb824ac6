/** Which repository on which server, and what may be sent there. */
import { Problem } from '../../ports/problem.ts';
import { trimmed, whyNoServer } from '../address.ts';
import type { Surroundings } from '../surroundings.ts';

/** A repository as a remote's address names it. */
export interface RemoteName {
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

/** Reads `git@host:owner/name.git`, `ssh://git@host:22/owner/name`, `https://host/owner/name.git`. Null for what names none. */
export const readRemote = (url: string): RemoteName | null => {
  const scp = /^(?:[^/@:]+@)?([^/:@]+):(?!\/\/)\/?(.+)$/.exec(url);
  const parts = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:]+)(?::\d+)?\/(.+)$/i.exec(url) ?? scp;
  const [, host = '', path = ''] = parts ?? [];
  const [, owner, name] = /^\/*([\w.-]+)\/([\w.-]+?)(?:\.git)?\/*$/.exec(path) ?? [];
  if (owner === undefined || name === undefined || /^[A-Za-z]$/.test(host)) return null;
  return { host: host.toLowerCase().replace(/^ssh\.github\.com$/, 'github.com'), owner, name };
};

/** The server's API, and whether the person named it, so that the token for github.com may go there. */
export interface Server {
  readonly baseUrl: string;
  /** Whose tokens `gh auth token --hostname` knows. */
  readonly host: string;
  readonly takesGithubToken: boolean;
}

/**
 * The server: `GITHUB_API_URL`, else config `github.base_url`, else by the remote's host. A server that only the remote
 * names gets tokens that were made for it, never the one for github.com. Throws a Problem (refused) if the config
 * comes from outside and nobody has allowed it, or if a token would travel in clear.
 */
export const findServer = (remote: RemoteName | null, surroundings: Surroundings): Server => {
  const { env, config, isConfigTrusted } = surroundings;
  const named = env['GITHUB_API_URL'] ?? '';
  if (named !== '') return checked(named, 'GITHUB_API_URL');
  const configured = config.github.base_url;
  if (configured !== null && !isConfigTrusted) throw untrusted(configured);
  if (configured !== null) return checked(configured, '.wf/config.json, `github.base_url`');
  const host = remote?.host ?? 'github.com';
  if (host === 'github.com') return { baseUrl: 'https://api.github.com', host, takesGithubToken: true };
  if (host.endsWith('.ghe.com')) return { baseUrl: `https://api.${host}`, host, takesGithubToken: true };
  return { baseUrl: `https://${host}/api/v3`, host, takesGithubToken: false };
};

const checked = (address: string, where: string): Server => {
  const why = whyNoServer(address);
  if (why !== null) {
    const what = `${JSON.stringify(address.slice(0, 100))} ${why}`;
    const hint = 'write it like https://api.github.com or https://git.example.com/api/v3';
    throw new Problem({ what, where, hint, code: 'refused' });
  }
  const { hostname } = new URL(address);
  const host = hostname === 'api.github.com' ? 'github.com' : hostname.replace(/^api\.(?=.*\.ghe\.com$)/, '');
  return { baseUrl: trimmed(address), host, takesGithubToken: true };
};

const untrusted = (address: string): Problem =>
  new Problem({
    what: `.wf comes from outside, and your token would go to ${address}`,
    where: '.wf/config.json, `github.base_url`',
    hint: 'look at it and allow it: wf0-batch trust; or name the server yourself: GITHUB_API_URL',
    code: 'refused',
  });
