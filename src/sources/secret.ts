/** Tokens from variables: their values are sent and never shown. */
import { Problem } from '../ports/problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The token that a variable holds, without white space around it; null without one. Throws a Problem (environment) for what no header can hold. */
export const readSecret = (name: string, env: Env): string | null => {
  const secret = (env[name] ?? '').trim();
  if (secret === '') return null;
  if (isSecret(secret)) return secret;
  throw new Problem({
    what: `what ${name} holds is no token: it has characters that none has`,
    where: name,
    hint: 'set it anew; its value is not shown',
    code: 'environment',
  });
};

/** Whether a text can be a token: printable characters without a space. */
export const isSecret = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
