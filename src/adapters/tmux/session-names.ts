/** What our sessions are called, and the mark by which we know them. */
import { createHash } from 'node:crypto';

/**
 * The names that a role's session may have, in the order in which they are tried: `wf-batch-<role>`, then the
 * same with 6 and with 12 hex digits of the repository's path, for when others hold the name. Throws on a role
 * that is not made of letters, digits, `-` and `_`, which tmux could read as more than a name.
 */
export const sessionNames = (role: string, repository: string): readonly string[] => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(role)) throw new Error(`not a role: ${JSON.stringify(role)}`);
  const hash = createHash('sha256').update(repository).digest('hex');
  return ['', `-${hash.slice(0, 6)}`, `-${hash.slice(0, 12)}`].map((suffix) => `wf-batch-${role}${suffix}`);
};

/**
 * A text as it is written into a session's option: itself, with every byte that tmux's formats, lists or
 * terminals could take for something else as `%XX`. Different texts have different marks.
 */
export const toMark = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9/._+@-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
