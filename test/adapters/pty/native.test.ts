import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadPtyFrom, ptyModules, type LoadedPty, type PtyModule } from '../../../src/adapters/pty/native.ts';
import { openDevice } from '../../../src/adapters/pty/terminal-device.ts';

/** The module, or why it is not there. */
const find = (name: PtyModule): LoadedPty | string => {
  try {
    return loadPtyFrom(name);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    if (isMissing) return `${name} is not installed, or not for this system`;
    throw error;
  }
};

describe('a program under a pseudo-terminal', () => {
  for (const name of ptyModules) {
    const pty = find(name);
    it(
      `runs by ${name}, with its terminal, output and exit status`,
      {
        skip: typeof pty === 'string' && pty,
      },
      async () => {
        let output = '';
        const ended = await new Promise((resolve) => {
          openDevice({
            pty: pty as LoadedPty,
            argv: ['sh', '-c', 'tty >/dev/null && stty size && exit 7'],
            cwd: '/',
            env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
            size: { columns: 91, rows: 17 },
            onOutput: (chunk) => (output += chunk.toString()),
            onExit: (code, signal) => resolve({ code, signal }),
          });
        });
        assert.deepEqual(ended, { code: 7, signal: 0 });
        assert.equal(output, '17 91\r\n');
      },
    );
  }
});
