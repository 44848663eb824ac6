/** The person's token for a server: a variable, else what the `gh` program keeps. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isSecret, readSecret } from '../secret.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Server } from './place.ts';

/** Null without one. Never shows it; throws a Problem (environment) for a variable that no token can be. */
export const findToken = async (
  { host, takesGithubToken }: Server,
  { env }: Pick<Surroundings, 'env'>,
): Promise<string | null> => {
  const names = takesGithubToken ? ['GH_TOKEN', 'GITHUB_TOKEN'] : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
  for (const name of names) {
    const token = readSecret(name, env);
    if (token !== null) return token;
  }
  return askGh(host, env);
};

/** No shell, no questions, five seconds. Without `gh`, or without a login there, there is no token. */
const askGh = async (host: string, env: Surroundings['env']): Promise<string | null> => {
  const call = promisify(execFile)('gh', ['auth', 'token', '--hostname', host], {
    env: { ...env, GH_PROMPT_DISABLED: '1' },
    timeout: 5000,
    maxBuffer: 64 * 1024,
  });
  const token = await call.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  return isSecret(token) ? token : null;
};
