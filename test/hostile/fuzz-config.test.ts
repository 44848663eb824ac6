/** No config can make reading it crash, hang or grow: what is wrong is refused with file, line and column. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '../../src/protocol/config.ts';
import { environmentOf } from '../../src/protocol/settings.ts';
import { projectFolder } from '../../scripts/layers/load.ts';
import { hostileDocuments, hunt, orRefusal } from '../support/hostile.ts';
import { stateTexts } from '../support/old-state.ts';

const shipped = { text: readFileSync(join(projectFolder(), 'config.json'), 'utf8'), file: 'shipped.json' };
const full = JSON.stringify({
  default_workflow: 'wf',
  agents: { claude: { command: 'claude', model: null, flags: ['-p'], parser: null } },
  branch_prefix: { FEAT: 'feat' },
  batch: { default_parallel: 2, stop_grace: '10s', dependency_patterns: ['needs (\\S+)'], sources: ['md=tasks'] },
  worktree: { copy: ['.env'], setup: ['npm', 'ci'], min_free_disk: '1GB' },
  resources: { anthropic: { slots: 2, per_minute: 30, cooldown: '60s', patterns: ['limit'] } },
  env: { KEY: 'value' },
  workflows: {
    wf: {
      worktree: true,
      stages: [
        { name: 'a', run: 'true', timeout: '1m', retry: { max_attempts: 2 }, requires: ['clean', 'pattern:ok'] },
        { name: 'b', run: ['x', '{id}'], env: { A: 'b' }, idle_timeout: null, uses: ['anthropic'], max_visits: 3 },
      ],
    },
  },
  notify: { on: ['end'] },
});
const documents = [full, shipped.text, stateTexts('0.1.0', '/r').get('config.json') ?? ''];

test('every config is read or refused with its place', async (t) => {
  await hunt(t, {
    inputs: hostileDocuments(documents),
    cases: 600,
    read: ({ text }) =>
      orRefusal(() => environmentOf(parseConfig(shipped, { text, file: 'config.json' })), /^config\.json:\d+:\d+/),
  });
});
