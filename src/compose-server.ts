/** The server of the pages with its real surroundings. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWebFiles } from './adapters/package-files/web-files.ts';
import { makeViewer } from './adapters/pty/viewer.ts';
import { makeServerSecret } from './adapters/server-secret/server-secret.ts';
import type { Serve } from './client/web-server.ts';
import { startServer } from './server/server.ts';

export const composeServer: Serve = (options) =>
  startServer(
    {
      secret: makeServerSecret(join(stateHome(options.client.env), 'wf0-batch')),
      viewer: makeViewer(),
      readPages: () => readWebFiles(join(dirname(fileURLToPath(import.meta.url)), '..', 'web')),
    },
    options,
  );

const stateHome = (env: Readonly<Record<string, string | undefined>>): string => {
  const named = env['XDG_STATE_HOME'] ?? '';
  return named === '' ? join(homedir(), '.local', 'state') : named;
};
