/** `snapshot.json`: a state as of a place in the journal, so that opening a long batch is short. A cache, nothing more. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Plan } from '../../core/plan.ts';
import type { StateModel } from '../../ports/store.ts';
import { readText, removeQuietly, replaceFile } from './files.ts';
import { readAt } from './tail.ts';
import type { Known } from './tail.ts';

/** The file's form. `line_sha256` is of the line that ends at `offset`, `state_sha256` of the state as it stands at the end. */
interface SnapshotFile {
  readonly version: 1;
  readonly plan_hash: string;
  readonly seq: number;
  readonly offset: number;
  readonly line_sha256: string;
  readonly state_sha256: string;
  readonly state: unknown;
}

export interface SnapshotOptions<S> {
  readonly file: string;
  readonly plan: Plan;
  readonly model: StateModel<S>;
}

const maxLineBytes = 1024 * 1024;

/** Writes the snapshot atomically. Throws what the system throws. */
export const writeSnapshot = <S>({ file, plan, model }: SnapshotOptions<S>, { state, position }: Known<S>): void => {
  const text = JSON.stringify(model.toSnapshot(state));
  const header: Omit<SnapshotFile, 'state'> = {
    version: 1,
    plan_hash: plan.plan_hash,
    seq: position.seq,
    offset: position.offset,
    line_sha256: sha256(position.lastLine),
    state_sha256: sha256(text),
  };
  // No lock is held, so the temporary name is this process's own; what dead processes left is removed.
  const own = `${file}.${process.pid}.tmp`;
  sweep(file);
  replaceFile(file, `${JSON.stringify(header).slice(0, -1)}${stateMember}${text}}`, own);
};

const stateMember = ',"state":';

/**
 * The snapshot if it belongs to this plan and to the journal behind `fd`, and its state is as it was written; else null,
 * for whatever reason: a state that was damaged would be taken for what the journal says.
 */
export const readSnapshot = <S>({ file, plan, model }: SnapshotOptions<S>, fd: number): Known<S> | null => {
  try {
    const text = readText(file) ?? '';
    const content = JSON.parse(text) as Partial<SnapshotFile>;
    if (content.state_sha256 !== sha256(stateIn(text))) return null;
    const { seq, offset } = content;
    if (content.version !== 1 || content.plan_hash !== plan.plan_hash) return null;
    if (!isCount(seq) || !isCount(offset) || offset > fs.fstatSync(fd).size) return null;
    const lastLine = lineBefore(fd, offset);
    if (lastLine === null || sha256(lastLine) !== content.line_sha256 || !endsIn(lastLine, seq)) return null;
    const state = model.fromSnapshot(plan, content.state);
    return state === null ? null : { state, position: { offset, seq, lastLine } };
  } catch {
    return null;
  }
};

/** The header holds no such member, and nothing follows the state. */
const stateIn = (text: string): string => text.slice(text.indexOf(stateMember) + stateMember.length, -1);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

const endsIn = (line: Buffer, seq: number): boolean =>
  (JSON.parse(line.toString('utf8')) as { readonly seq?: unknown }).seq === seq;

const lineBefore = (fd: number, offset: number): Buffer | null => {
  const start = Math.max(0, offset - maxLineBytes);
  const bytes = readAt(fd, start, offset - start);
  if (bytes.at(-1) !== 0x0a) return null;
  const before = bytes.lastIndexOf(0x0a, bytes.length - 2);
  return before < 0 && start > 0 ? null : Buffer.from(bytes.subarray(before + 1));
};

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

const sweep = (file: string): void => {
  const folder = path.dirname(file);
  const name = new RegExp(`^${path.basename(file).replaceAll('.', '\\.')}\\.(\\d+)\\.tmp$`);
  for (const each of fs.readdirSync(folder)) {
    const pid = name.exec(each)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) removeQuietly(path.join(folder, each));
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};
