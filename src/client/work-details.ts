/** One work from near: when which stage of it ran, and the end of its newest logs. */
import type { BatchState } from '../core/state.ts';
import type { LogFiles } from '../ports/log-files.ts';
import type { Journal } from '../ports/store.ts';
import { clip } from '../view/clean.ts';
import { collectStageRuns, type StageRun } from '../view/stage-runs.ts';
import type { Client } from './client.ts';

export interface WorkDetails {
  readonly runs: readonly StageRun[];
  /** The newest lines of its newest attempt, cleaned, oldest first. */
  readonly tail: readonly string[];
}

/** Reads the details of a work again and again; of the journal only what is new is read. */
export const openWorkDetails = (
  client: Pick<Client, 'openLogFiles'>,
  journal: Pick<Journal<BatchState>, 'events' | 'directory'>,
  id: string,
): (() => Promise<WorkDetails>) => {
  const collected = collectStageRuns(id);
  let nextSeq = 1;
  return async () => {
    for await (const event of journal.events(nextSeq)) {
      collected.add(event);
      nextSeq = event.seq + 1;
    }
    return { runs: [...collected.runs()], tail: await readTail(await client.openLogFiles(journal.directory), id) };
  };
};

const tailBytes = 256 * 1024;
const tailLines = 2000;
/** Characters of one line. */
const lineLimit = 2000;

/** The logs of the newest attempt, the last ones first, until there is enough; each under its name. */
const readTail = async (files: LogFiles, id: string): Promise<readonly string[]> => {
  const logs = await files.stages(id);
  const newest = logs.filter(({ attempt }) => attempt === logs.at(-1)?.attempt).reverse();
  let lines: readonly string[] = [];
  let left = tailBytes;
  for (const { path, name } of newest) {
    if (left <= 0 || lines.length >= tailLines) break;
    const size = await files.size(path);
    lines = [`── ${name} ──`, ...(await readEnd(files, path, Math.max(0, size - left))), ...lines];
    left -= size;
  }
  return lines.slice(-tailLines);
};

/** Its whole lines from an offset on. */
const readEnd = async (files: LogFiles, path: string, from: number): Promise<readonly string[]> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of files.read(path, from)) text += decoder.decode(bytes, { stream: true });
  const lines = text.split('\n').slice(from > 0 ? 1 : 0);
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(-tailLines).map((line) => clip(lastWritten(line), lineLimit));
};

/** What a carriage return overwrote is not seen. */
const lastWritten = (line: string): string => {
  const shown = line.replace(/\r+$/, '');
  return shown.slice(shown.lastIndexOf('\r') + 1);
};
