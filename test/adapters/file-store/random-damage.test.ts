import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Journal } from '../../../src/ports/store.ts';
import { makeTestPlan, note, openTestStore } from '../../support/file-store.ts';
import type { Counts } from '../../support/file-store.ts';
import { makeFolder } from './children.ts';

/** Something that happens to a journal's bytes; places are parts of 1,000 of its length. */
type Fault =
  | { readonly kind: 'flip'; readonly place: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly place: number }
  | { readonly kind: 'zeros' | 'remove' | 'repeat'; readonly place: number; readonly length: number };

const place = fc.integer({ min: 0, max: 999 });
const length = fc.integer({ min: 1, max: 300 });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), place, bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constant('cut' as const), place }),
  fc.record({ kind: fc.constantFrom('zeros' as const, 'remove' as const, 'repeat' as const), place, length }),
);

const apply = (bytes: Buffer, each: Fault): Buffer => {
  const at = Math.floor((bytes.length * each.place) / 1000);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (each.kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << each.bit)]), after.subarray(1)]);
    case 'cut':
      return before;
    case 'zeros':
      return Buffer.concat([before, Buffer.alloc(each.length), after.subarray(each.length)]);
    case 'remove':
      return Buffer.concat([before, after.subarray(each.length)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, each.length), after]);
  }
};

const say = async (journal: Journal<Counts>, ...texts: readonly string[]): Promise<void> => {
  const outcome = await journal.transact('operator', () => ({ ok: true, events: texts.map(note) }));
  assert.ok(outcome.ok);
};

test('whatever happens to the bytes, all readers agree, intact lines stay, and writing goes on', async (t) => {
  const root = makeFolder(t);
  const store = openTestStore(root);
  const journal = await store.createBatch(makeTestPlan('b'), () => true);
  assert.ok(journal);
  const file = path.join(journal.directory, 'journal.jsonl');
  for (let round = 0; round < 12; round += 1) {
    await say(journal, ...Array.from({ length: 1 + (round % 3) }, (_, part) => `${round}.${part}`));
  }
  await journal.close();
  const whole = fs.readFileSync(file);
  const wholeLines = whole.toString('latin1').split('\n');
  const seen = { cases: 0, faults: 0, repaired: 0, torn: 0, untouched: 0 };

  await fc.assert(
    fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 4 }), async (faults) => {
      const damaged = faults.reduce(apply, whole);
      fs.writeFileSync(file, whole);
      const old = await store.openBatch();
      fs.writeFileSync(file, damaged);
      const [first, second] = [await store.openBatch(), await store.openBatch()];
      assert.ok(old && first && second);
      try {
        const state = await first.read();
        const isRepaired = (state.byType['journal_repaired'] ?? 0) > 0;
        // A text flipped to another one is no damage that can be seen, least of all by who has read it already.
        const readers = isRepaired ? [second, old] : [second];
        for (const each of readers) assert.deepEqual(await each.read(), state);
        const kept = new Set(state.notes);
        // A line is certainly whole if it stands between newlines and the transaction's last line does, too.
        const present = new Set(damaged.toString('latin1').split('\n').slice(0, -1));
        for (const line of wholeLines) {
          if (!present.has(line) || !line.includes('"text"') || line.endsWith(' ')) continue;
          assert.ok(kept.has((JSON.parse(line) as { text: string }).text), `kept: ${line}`);
        }
        await say(isRepaired ? old : first, 'after');
        const next = await second.read();
        assert.deepEqual(next.notes, [...state.notes, 'after']);
        assert.equal(next.seq, state.seq + 1);
        let expected = 0;
        for await (const { seq } of first.events(1)) assert.equal(seq, (expected += 1));
        assert.equal(expected, next.seq);
        seen.repaired += isRepaired ? 1 : 0;
        seen.torn += (first.damage?.tornBytes ?? 0) > 0 ? 1 : 0;
        seen.untouched += first.damage === null ? 1 : 0;
      } finally {
        for (const each of [old, first, second]) await each.close();
        for (const name of fs.readdirSync(journal.directory)) {
          if (name.startsWith('journal.corrupt-')) fs.rmSync(path.join(journal.directory, name));
        }
      }
      seen.cases += 1;
      seen.faults += faults.length;
    }),
    process.env['WF_LONG'] === '1' ? { numRuns: 3000 } : { numRuns: 150, seed: 1 },
  );
  t.diagnostic(
    `${seen.cases} journals of ${wholeLines.length - 1} lines, ${seen.faults} faults: ${seen.repaired} repaired, ` +
      `${seen.torn} torn, ${seen.untouched} without visible damage`,
  );
});
