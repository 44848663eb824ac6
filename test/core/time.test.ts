import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatTime, parseTime } from '../../src/core/time.ts';

const years1970to9999 = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });

describe('time without a clock', () => {
  test('is written as Date writes it and read back to the millisecond', () => {
    fc.assert(
      fc.property(years1970to9999, (ms) => {
        assert.equal(formatTime(ms), new Date(ms).toISOString());
        assert.equal(parseTime(formatTime(ms)), ms);
      }),
      { numRuns: 2000 },
    );
  });

  test('is read with or without fractions of a second', () => {
    assert.equal(parseTime('2026-02-28T23:59:59Z'), Date.UTC(2026, 1, 28, 23, 59, 59));
    assert.equal(parseTime('2024-02-29T00:00:00.5Z'), Date.UTC(2024, 1, 29, 0, 0, 0, 500));
    assert.equal(parseTime('2024-02-29T00:00:00.123456Z'), Date.UTC(2024, 1, 29, 0, 0, 0, 123));
  });

  test('anything that is no such text is not a number', () => {
    for (const text of ['', 'now', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01T00:00:00+01:00'])
      assert.ok(Number.isNaN(parseTime(text)));
  });
});
