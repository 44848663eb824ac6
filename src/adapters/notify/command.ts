/** A notice by a command of the person's: facts by its environment and a JSON file, nothing in its text. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NoticeWay } from '../../ports/notifications.ts';
import { runProgram } from './run-program.ts';

export interface CommandOptions {
  /** Text for `sh -c`, or a program with its arguments. */
  readonly command: string | readonly string[];
  /** The folder that it runs in. */
  readonly root: string;
  /** Where the JSON file lies while it runs. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

export const makeCommand = ({ command, root, folder, env, timeoutMs = 30_000 }: CommandOptions): NoticeWay => ({
  name: 'command',
  send: async (document) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${document.id}.json`);
    writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    try {
      await runProgram({
        argv: typeof command === 'string' ? ['sh', '-c', command] : command,
        cwd: root,
        env: {
          ...env,
          WF_NOTICE_FILE: file,
          WF_NOTICE_KIND: document.kind,
          WF_NOTICE_TITLE: document.title,
          WF_NOTICE_TEXT: document.text,
          WF_NOTICE_WORKS: document.works.map(({ id }) => id).join(' '),
          WF_BATCH_RUN_ID: document.batch_run_id,
        },
        timeoutMs,
      });
    } finally {
      rmSync(file, { force: true });
    }
  },
});
