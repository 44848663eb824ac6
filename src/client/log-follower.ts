/** What those who show logs share: what is wished for, where it goes, and the bytes that are new. */
import type { BatchState } from '../core/state.ts';
import type { LogFiles, StageLog } from '../ports/log-files.ts';
import type { Journal } from '../ports/store.ts';
import { makeMaskedBytes } from '../protocol/mask-bytes.ts';
import type { Client } from './client.ts';

export interface LogWishes {
  /** A work's id, `scheduler` or `worker-N`. */
  readonly name: string;
  readonly stage: string | null;
  readonly attempt: number | null;
  /** Go on until nothing more can come. */
  readonly isFollowing: boolean;
  readonly signal?: AbortSignal;
}

export interface LogOutput {
  write(bytes: Uint8Array): Promise<void>;
  /** Before each log, if there are several. */
  title(log: StageLog): void;
}

export interface Follower {
  readonly client: Client;
  readonly journal: Journal<BatchState>;
  readonly files: LogFiles;
  readonly wishes: LogWishes;
  readonly output: LogOutput;
  /** As `secretBytes` gives them: each is masked. */
  readonly secrets: readonly string[];
}

export interface Portion {
  readonly path: string;
  readonly offset: number;
  /** Nothing more is read of it: what may begin a secret is written, too. */
  readonly isLast: boolean;
}

/** Writes what a log has from an offset on, secrets masked; gives the offset of what comes next. */
export const drain = async (
  { files, output, secrets }: Follower,
  { path, offset, isLast }: Portion,
): Promise<number> => {
  const masked = makeMaskedBytes(secrets);
  const write = async (bytes: Uint8Array): Promise<number> => {
    if (bytes.length > 0) await output.write(bytes);
    return bytes.length;
  };
  let at = offset;
  for await (const bytes of files.read(path, offset)) at += await write(masked.take(bytes));
  return isLast ? at + (await write(masked.end())) : at;
};
