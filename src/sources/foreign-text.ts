/** Texts of strangers on their way into works and messages. */
import { bodyLimitBytes } from '../protocol/work.ts';

/** Titles are cut after this many characters. */
const titleLimit = 500;

/** One line without control characters. */
export const oneLine = (text: string, limit = titleLimit): string => {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
};

/** A body of at most 256 KiB; NUL characters, which no file of text holds, are taken out. */
export const boundedBody = (text: string): { readonly body: string; readonly isCut: boolean } => {
  const body = text.replaceAll('\0', '');
  if (body.length * 3 <= bodyLimitBytes || Buffer.byteLength(body) <= bodyLimitBytes) return { body, isCut: false };
  const bytes = Buffer.from(body).subarray(0, bodyLimitBytes);
  return { body: bytes.toString('utf8').replace(/\uFFFD+$/, ''), isCut: true };
};

/** A message with every occurrence of these secrets taken out, one line. */
export const withoutSecrets = (message: string, secrets: readonly (string | null)[]): string =>
  oneLine(
    secrets.reduce<string>(
      (text, secret) => (secret === null || secret === '' ? text : text.replaceAll(secret, '…')),
      message,
    ),
    300,
  );
