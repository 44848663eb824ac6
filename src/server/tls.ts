/** A server that speaks TLS, and what is wrong with a certificate or a key before anybody connects. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { Problem } from '../ports/problem.ts';

/** Both in PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** Throws a Problem that names the file that is wrong. Node itself takes an empty one, and then fails every connection. */
export const makeSecureServer = ({ cert, key }: Tls, limits: ServerOptions): Server => {
  const certificate = read('--tls-cert', 'this is no certificate in PEM', () => new X509Certificate(cert));
  const privateKey = read('--tls-key', 'this is no key in PEM that can be read without a passphrase', () =>
    createPrivateKey(key),
  );
  requirePair(certificate, privateKey);
  try {
    return createServer({ ...limits, cert, key });
  } catch (cause) {
    throw problem('--tls-cert, --tls-key', `no TLS can be spoken with these: ${(cause as Error).message}`, cause);
  }
};

const requirePair = (certificate: X509Certificate, key: KeyObject): void => {
  if (!certificate.checkPrivateKey(key)) throw problem('--tls-key', 'the key is not that of the certificate', null);
};

const read = <Value>(flag: string, what: string, make: () => Value): Value => {
  try {
    return make();
  } catch (cause) {
    throw problem(flag, what, cause);
  }
};

const problem = (where: string, what: string, cause: unknown): Problem =>
  new Problem(
    { what, where, hint: 'give a certificate, its chain behind it, and the key that it was made for', code: 'usage' },
    { cause },
  );
