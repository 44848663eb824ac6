/**
 * The secret in a file of mode 0600 in the person's state folder. Not under `.wf`: that may come with a repository, and
 * whoever wrote it there could make sessions of his own. It appears whole, by a link, so that of several servers that
 * start at once each reads the same one.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../ports/problem.ts';
import type { ServerSecret } from '../../ports/server-secret.ts';

const bytes = 32;

/** `folder`: the program's folder for a person's state; it is made if it is not there. */
export const makeServerSecret = (folder: string): ServerSecret => ({
  read: async () => {
    const file = join(folder, 'server-secret');
    try {
      return (await readSecret(file)) ?? (await makeSecret(folder, file));
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw problem(
        `the secret of the server cannot be kept: ${(error as Error).message}`,
        file,
        'make the folder writable',
      );
    }
  },
});

const makeSecret = async (folder: string, file: string): Promise<Uint8Array> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.server-secret-${randomUUID()}`);
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(bytes).toString('hex')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await unlink(draft);
  }
  const secret = await readSecret(file);
  if (secret === null) throw new Error('it is gone again');
  return secret;
};

/** Null if there is none. */
const readSecret = async (file: string): Promise<Uint8Array | null> => {
  const handle = await openOwn(file);
  if (handle === null) return null;
  try {
    const { uid, mode } = await handle.stat();
    if (uid !== (process.getuid?.() ?? uid) || (mode & 0o077) !== 0)
      throw problem(
        'the secret of the server is not private to you',
        file,
        `remove it; a new one is made, and pages ask for a new address: rm '${file}'`,
      );
    const text = (await handle.readFile('utf8')).trim();
    if (!/^[0-9a-f]{64}$/.test(text)) throw problem('this is no secret of a server', file, `remove it: rm '${file}'`);
    return Buffer.from(text, 'hex');
  } finally {
    await handle.close();
  }
};

const openOwn = async (file: string): Promise<FileHandle | null> => {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

const problem = (what: string, where: string, hint: string): Problem =>
  new Problem({ what, where, hint, code: 'environment' });
