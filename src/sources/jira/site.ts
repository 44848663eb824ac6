/** Which Jira, and as whom: from variables, else from the config; the token from a variable alone. */
import { Problem } from '../../ports/problem.ts';
import { trimmed, whyNoServer } from '../address.ts';
import { readSecret } from '../secret.ts';
import type { Surroundings } from '../surroundings.ts';

export interface Site {
  readonly baseUrl: string;
  /** The `authorization` header. */
  readonly authorization: string;
  /** To be masked in messages. */
  readonly secrets: readonly string[];
}

/**
 * `JIRA_BASE_URL`, else config `jira.base_url`; `JIRA_EMAIL`, else `jira.email`; `JIRA_API_TOKEN`. Without an e-mail
 * the token is a bearer's. Throws a Problem if one is missing, or if a config from outside names the site and nobody
 * has allowed it.
 */
export const findSite = ({ env, config, isConfigTrusted }: Surroundings): Site => {
  const baseUrl = findAddress(env['JIRA_BASE_URL'] ?? '', config.jira.base_url, isConfigTrusted);
  const token = readSecret('JIRA_API_TOKEN', env);
  if (token === null) {
    const hint = 'make an API token in your Atlassian account and set JIRA_API_TOKEN (and JIRA_EMAIL)';
    throw new Problem({ what: 'Jira wants a token', where: 'JIRA_API_TOKEN', hint, code: 'environment' });
  }
  const email = (env['JIRA_EMAIL'] ?? '').trim() || config.jira.email;
  const basic = email === null ? null : Buffer.from(`${email}:${token}`).toString('base64');
  return {
    baseUrl,
    authorization: basic === null ? `Bearer ${token}` : `Basic ${basic}`,
    secrets: [token, ...(basic === null ? [] : [basic])],
  };
};

const findAddress = (named: string, configured: string | null, isTrusted: boolean): string => {
  const address = named === '' ? configured : named;
  const where = named === '' ? '.wf/config.json, `jira.base_url`' : 'JIRA_BASE_URL';
  const hint = 'name it like https://acme.atlassian.net';
  if (address === null) throw new Problem({ what: 'no Jira is named', where, hint, code: 'refused' });
  if (named === '' && !isTrusted)
    throw new Problem({
      what: `.wf comes from outside, and your token would go to ${address}`,
      where,
      hint: 'look at it and allow it: wf0-batch trust; or name the site yourself: JIRA_BASE_URL',
      code: 'refused',
    });
  const why = whyNoServer(address);
  if (why === null) return trimmed(address);
  throw new Problem({ what: `${JSON.stringify(address.slice(0, 100))} ${why}`, where, hint, code: 'refused' });
};
