/** The system's error codes as three-line problems. */
import { Problem } from '../../ports/problem.ts';

const meanings: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ['The disk is full', 'Free some space, then run the command again; what was recorded before is intact.'],
  EDQUOT: [
    'Your disk quota is used up',
    'Free some space, then run the command again; what was recorded before is intact.',
  ],
  EROFS: ['The file system is read-only', 'Make it writable, or run the command in a copy that is.'],
  EACCES: ['Permission denied', 'Check the owner and the mode of this path.'],
  EPERM: ['Operation not permitted', 'Check the owner and the mode of this path.'],
  EMFILE: ['Too many open files', 'Raise the limit (ulimit -n) or lower --parallel.'],
  ENFILE: ['Too many open files on this machine', 'Close other programs, then run the command again.'],
  EIO: ['The disk reports an error', 'Check the disk (dmesg), then run the command again.'],
  ELOOP: ['A symbolic link stands where a file of ours should be', 'Remove the link.'],
  ENOTDIR: ['A file stands where a folder should be', 'Move the file away.'],
  EISDIR: ['A folder stands where a file should be', 'Move the folder away.'],
  ENOENT: ['A file or folder is missing', 'It was removed while it was in use; run the command again.'],
};

/** The error's code (`ENOENT`), or null if the error is not the system's. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** Turns a system error into a `Problem` that names the path; anything else is a bug and comes back as it is. */
export const asProblem = (error: unknown, doing: string, path: string): unknown => {
  const code = codeOf(error);
  if (error instanceof Problem || code === null || !/^E[A-Z0-9]+$/.test(code)) return error;
  const [what, hint] = meanings[code] ?? [
    `The system refused (${code})`,
    'Check this path, then run the command again.',
  ];
  return new Problem(
    { what: `${what} (${code}): cannot ${doing}.`, where: path, hint, code: 'environment' },
    { cause: error },
  );
};

/** Calls `action`; system errors come out as problems. */
export const guarded = <T>(doing: string, path: string, action: () => T): T => {
  try {
    return action();
  } catch (error) {
    throw asProblem(error, doing, path);
  }
};
