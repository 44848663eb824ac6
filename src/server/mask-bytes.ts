/** Secrets in bytes of a log: each byte of one becomes a star, so that every byte stays at its place. */

/** Secrets as latin1 text of their UTF-8 bytes, longest first. */
export const secretBytes = (secrets: readonly string[]): readonly string[] =>
  [...secrets].map((secret) => Buffer.from(secret, 'utf8').toString('latin1')).sort((a, b) => b.length - a.length);

export const maskBytes = (bytes: Buffer, secrets: readonly string[]): Buffer => {
  let text = bytes.toString('latin1');
  for (const secret of secrets) text = text.replaceAll(secret, '*'.repeat(secret.length));
  return Buffer.from(text, 'latin1');
};

/** How many bytes at the end may be the beginning of a secret: they wait for what follows. */
export const openBytes = (bytes: Buffer, secrets: readonly string[]): number => {
  const text = bytes.toString('latin1');
  let longest = 0;
  for (const secret of secrets)
    for (let length = Math.min(secret.length - 1, text.length); length > longest; length--)
      if (secret.startsWith(text.slice(-length))) longest = length;
  return longest;
};
