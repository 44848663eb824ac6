/** What those who show logs share: what is wished for, where it goes, and the bytes that are new. */
import type { BatchState } from '../core/state.ts';
import type { LogFiles, StageLog } from '../ports/log-files.ts';
import type { Journal } from '../ports/store.ts';
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
}

/** Writes what a log has from an offset on; gives the offset of its end. */
export const drain = async (
  files: LogFiles,
  { path, offset }: { readonly path: string; readonly offset: number },
  { write }: LogOutput,
): Promise<number> => {
  let at = offset;
  for await (const bytes of files.read(path, offset)) {
    await write(bytes);
    at += bytes.length;
  }
  return at;
};
