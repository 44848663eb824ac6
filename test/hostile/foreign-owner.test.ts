/** Files of another user: what is handed over in private is not taken from them, and theirs is not changed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { handOver, takeOver } from '../../src/adapters/environment-file/environment-file.ts';
import { makeTestPlan, note, openTestStore } from '../support/file-store.ts';

const other = 65_534;
const isRoot = process.getuid?.() === 0;
const needsRoot = { skip: isRoot ? false : 'only root can give files away' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wf0-owner-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('an environment that is handed over', () => {
  const environment = { all: { A: 'b' }, stages: {} };

  it('is read once, and gone then', () => {
    const file = handOver(folder, environment);
    assert.deepEqual(takeOver(file), environment);
    assert.throws(() => takeOver(file), /ENOENT/);
  });

  it('is refused if another user owns the file', needsRoot, () => {
    const file = handOver(folder, environment);
    chownSync(file, other, other);
    assert.throws(() => takeOver(file), /not private to this user/);
  });

  it('is refused if others may read or write the file, or it is a pipe', () => {
    for (const mode of [0o644, 0o620, 0o606]) {
      const file = handOver(folder, environment);
      chmodSync(file, mode);
      assert.throws(() => takeOver(file), /not private to this user/);
    }
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    assert.throws(() => takeOver(pipe));
  });
});

describe('a batch of another user', needsRoot, () => {
  /** As that other user, in a process of its own. */
  const asOther = (script: string): string => {
    const words = [
      `--reuid=${other}`,
      `--regid=${other}`,
      '--clear-groups',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    ];
    return execFileSync('setpriv', words, { encoding: 'utf8', stdio: 'pipe' });
  };
  const module = new URL('../support/file-store.js', import.meta.url).href;
  const script = (body: string): string => `
    import { makeTestPlan, note, openTestStore } from ${JSON.stringify(module)};
    const said = (error) => console.log(error.code + ': ' + error.what + ' | ' + error.where);
    const store = openTestStore(${JSON.stringify(folder)}, { lockWaitMs: 500 });
    try { ${body} } catch (error) { said(error); }`;

  it('is closed to others: it can be neither read nor written, and the refusal names the file', async () => {
    const journal = await openTestStore(folder).createBatch(makeTestPlan('b'), () => true);
    assert.ok(journal);
    await journal.transact('operator', () => ({ ok: true, events: [note('mine')] }));
    await journal.close();
    chmodSync(folder, 0o755);
    const file = join(journal.directory, 'journal.jsonl');
    const before = readFileSync(file);
    for (const body of [
      'const journal = await store.openBatch("b"); await journal.read();',
      'await store.createBatch(makeTestPlan("c"), () => true);',
      'await store.appendHistory([{ a: 1 }]);',
    ])
      assert.match(asOther(script(body)), /^environment: .*EACCES.* \| .*\.wf/);
    assert.deepEqual(readFileSync(file), before);
    assert.equal(existsSync(join(folder, '.wf/batches/c')), false);
  });

  it('whose files were opened to others is read by them, and not mended, repaired or snapshotted', async () => {
    const journal = await openTestStore(folder).createBatch(makeTestPlan('b'), () => true);
    assert.ok(journal);
    await journal.transact('operator', () => ({ ok: true, events: [note('mine')] }));
    await journal.close();
    const file = join(journal.directory, 'journal.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8')}no event\n{"torn`);
    for (const each of [folder, join(folder, '.wf'), join(folder, '.wf/batches'), journal.directory])
      chmodSync(each, 0o755);
    for (const name of ['journal.jsonl', 'plan.json']) chmodSync(join(journal.directory, name), 0o644);
    const before = readFileSync(file);
    const body =
      'const journal = await store.openBatch("b"); console.log((await journal.read()).notes.join(), journal.damage.droppedLines);';
    assert.equal(asOther(script(body)), 'mine 1\n');
    assert.deepEqual(readFileSync(file), before);
  });
});
