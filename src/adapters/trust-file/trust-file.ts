/** The hashes of contents that a person allowed to run, in a file of the person's configuration folder, 0600. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '../../ports/problem.ts';
import type { StateText, TrustFile } from '../../ports/trust-file.ts';
import { refuseNewer } from '../../protocol/version.ts';

export interface TrustFileOptions {
  /** `$XDG_CONFIG_HOME`, or null. */
  readonly configHome: string | null;
  readonly home: string;
  /** ISO 8601. */
  now(): string;
}

interface Kept {
  readonly version: 1;
  readonly trusted: Readonly<Record<string, { readonly folder: string; readonly at: string }>>;
}

/** Nothing is made before something is added. */
export const makeTrustFile = ({ configHome, home, now }: TrustFileOptions): TrustFile => {
  const path = join(configHome ?? join(home, '.config'), 'wf0-batch', 'trusted.json');
  return {
    path,
    has: async (hash) => Object.hasOwn((await readKept(path)).trusted, hash),
    add: async (hash, folder) => {
      const kept = await readKept(path);
      await replace(path, { ...kept, trusted: { ...kept.trusted, [hash]: { folder, at: now() } } });
    },
    collect,
  };
};

/** A file that cannot be read as one allows nothing. One of a newer version is refused: what it holds would be lost. */
const readKept = async (path: string): Promise<Kept> => {
  const kept = await readJson(path);
  refuseNewer({ file: path, kind: 'trust file', found: kept.version });
  const isKept = kept.version === 1 && typeof kept.trusted === 'object' && kept.trusted !== null;
  return isKept ? (kept as Kept) : { version: 1, trusted: {} };
};

const readJson = async (path: string): Promise<Partial<Kept>> => {
  try {
    return ((JSON.parse(await readFile(path, 'utf8')) as unknown) ?? {}) as Partial<Kept>;
  } catch {
    // None yet, or a broken one.
    return {};
  }
};

/** Replaced whole; of two that write at once one is asked again the next time. */
const replace = async (path: string, kept: Kept): Promise<void> => {
  const draft = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    const what = `the trust cannot be remembered: ${(cause as Error).message}`;
    throw new Problem(
      { what, where: path, hint: 'make the folder writable, or set XDG_CONFIG_HOME', code: 'environment' },
      { cause },
    );
  }
};

/** A link is followed to a file, as by who reads it to run it; a pipe or a device is neither read nor waited for. */
const readState = async (path: string): Promise<string> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if ((await file.stat()).isFile()) return await file.readFile('utf8');
    throw Object.assign(new Error('no file'), { code: 'no file' });
  } finally {
    await file.close();
  }
};

const collect = async (stateFolder: string, batchRunId: string | null): Promise<readonly StateText[]> => {
  const plans = (await readdir(join(stateFolder, 'plans')).catch(() => []))
    .filter((name) => name.endsWith('.json'))
    .sort();
  const batches = batchRunId === null ? [] : [`batches/${batchRunId}/plan.json`];
  const files = ['config.json', 'schedule.json', ...plans.map((name) => `plans/${name}`), ...batches];
  const texts = await Promise.all(
    files.map(async (file): Promise<StateText[]> => {
      const text = await readState(join(stateFolder, file)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw new Problem(
          {
            what: `this file cannot be read (${error.code ?? 'unknown'})`,
            where: join(stateFolder, file),
            hint: 'check its owner and mode',
            code: 'environment',
          },
          { cause: error },
        );
      });
      return text === null ? [] : [{ file: `.wf/${file}`, text }];
    }),
  );
  return texts.flat();
};
