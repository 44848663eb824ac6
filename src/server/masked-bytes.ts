/** A log as it grows, masked: what may be the beginning of a secret, or of something else that is wanted whole, waits. */
import { maskBytes, openBytes } from './mask-bytes.ts';

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
