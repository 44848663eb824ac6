/** Result files of stages: read, or bad with one sentence that says why. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeAttemptFiles } from '../../src/adapters/attempt-files/attempt-files.ts';
import { stageResultShape } from '../../src/protocol/failure.ts';
import { hostileDocuments, hunt } from '../support/hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'wf0-hostile-'));
after(() => rmSync(folder, { recursive: true }));

const documents = [
  { outcome: 'next', message: 'well', quality: 0.5, cost_usd: 1, tokens: 12 },
  { outcome: 'goto', to: 'check' },
  { outcome: 'blocked', question: 'Which?' },
  { outcome: 'fail', message: 'no', to: null },
].map((each) => JSON.stringify(each));

test('every result file is read or bad, and what is read has its shape and no more', async (t) => {
  const files = makeAttemptFiles(folder);
  const file = join(folder, 'result.json');
  await hunt(t, {
    inputs: hostileDocuments(documents),
    cases: 2000,
    read: ({ text }) => {
      writeFileSync(file, text);
      const result = files.readResult(file);
      if (result.kind === 'read') {
        assert.equal(stageResultShape(result.value), null);
        assert.ok(JSON.stringify(result.value).length <= 65_536 * 2);
        assert.equal(Object.getPrototypeOf(result.value), Object.prototype);
        return 'accepted';
      }
      if (result.kind === 'bad') assert.match(result.message, /^[^\n]{10,500}$/);
      return 'refused';
    },
  });
});
