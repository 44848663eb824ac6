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

/** A log as it grows, masked: what may be the beginning of a secret, or of something else that is wanted whole, waits. */
export interface MaskedBytes {
  /** What of the bytes so far can be shown, masked; as many as they are in the log. */
  take(bytes: Uint8Array): Buffer;
  /** Bytes that wait. */
  waiting(): number;
  /** What waits is all there is: it is shown. */
  end(): Buffer;
}

/** `openEnd`: how many bytes at the end are to wait for more, beside those that may begin a secret. */
export const makeMaskedBytes = (
  secrets: readonly string[],
  openEnd: (bytes: Buffer) => number = () => 0,
): MaskedBytes => {
  let waiting = Buffer.alloc(0);
  return {
    take: (bytes) => {
      const all = Buffer.concat([waiting, bytes]);
      const whole = all.length - Math.max(openBytes(all, secrets), openEnd(all));
      waiting = Buffer.from(all.subarray(whole));
      return maskBytes(all.subarray(0, whole), secrets);
    },
    waiting: () => waiting.length,
    end: () => {
      const rest = maskBytes(waiting, secrets);
      waiting = Buffer.alloc(0);
      return rest;
    },
  };
};
