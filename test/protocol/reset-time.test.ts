import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findQuotaMessage } from '../../src/protocol/quota.ts';
import { findResetTime } from '../../src/protocol/reset-time.ts';

/** A winter afternoon: 15:00 in Berlin, 09:00 in New York, 19:30 in Calcutta. */
const now = Date.parse('2026-01-15T14:00:00Z');
const hours = (count: number): number => now + count * 3_600_000;

const forms: readonly (readonly [text: string, expected: number | null])[] = [
  ['retry-after: 120', now + 120_000],
  ['"retry-after":"7"', now + 7_000],
  ['Rate limited. Retry after 30 seconds', now + 30_000],
  ['Please try again in 1.2s.', now + 1_200],
  ['Please retry in 34.07s', now + 34_070],
  ["You've hit your usage limit. Try again in 3 hours 25 minutes.", hours(3) + 25 * 60_000],
  ['try again in 1 day, 2 hours and 5 minutes', hours(26) + 5 * 60_000],
  ['wait for 20 minutes', now + 1_200_000],
  ['try again in 250ms', now + 250],
  ['try again in 1h5m30s', hours(1) + 330_000],
  ['Claude AI usage limit reached|1768489200', 1_768_489_200_000],
  ['x-ratelimit-reset: 1768489200', 1_768_489_200_000],
  ['"resetTime": 1768489200123', 1_768_489_200_123],
  ['resets at 2026-01-15T16:30:00Z', hours(2.5)],
  ['available again 2026-01-15 18:30 +01:00', hours(3.5)],
  ["You've hit your limit · resets 2am (Europe/Berlin)", hours(11)],
  ['5-hour limit reached ∙ resets 5pm (Europe/Berlin)', hours(2)],
  ['resets at 3:45 PM (America/New_York)', hours(6.75)],
  ['resets 8pm (Asia/Calcutta)', hours(0.5)],
  ['Weekly limit reached ∙ resets Jan 18 at 10:30am (UTC)', hours(68.5)],
  ['resets Jan 18, 10am (UTC)', hours(68)],
  ['try again at 14:05 UTC', now + 300_000],
  ['try again at 13:55 UTC', hours(24) - 300_000],
  ['resets 12am (UTC)', hours(10)],
  ['resets 12:30pm (UTC)', hours(22.5)],
  // None of these names a time that can be believed.
  ['resets 2', null],
  ['resets 25:00', null],
  ['resets 14pm (UTC)', null],
  ['resets 2am (Nowhere/City)', null],
  ['retry-after: 99999999', null],
  ['limit reached|1568489200', null],
  ['try again in 0 seconds', null],
  ['12 tests passed in 3 seconds', null],
  ['', null],
];

describe('the time at which a quota is free again', () => {
  for (const [text, expected] of forms)
    test(`of ${JSON.stringify(text)} is ${expected === null ? 'not told' : new Date(expected).toISOString()}`, () => {
      assert.equal(findResetTime(text, now), expected);
    });

  test('is told across a change of the clocks: the minute that clocks there will show', () => {
    const before = Date.parse('2026-03-28T22:00:00Z');
    assert.equal(findResetTime('resets 4am (Europe/Berlin)', before), Date.parse('2026-03-29T02:00:00Z'));
  });

  test('is read from hostile text in no time', () => {
    for (const text of [
      'again '.repeat(200),
      `try again in ${'1 m '.repeat(300)}x`,
      `resets ${'9'.repeat(1000)}`,
      `retry after ${' '.repeat(1000)}`,
    ]) {
      const start = performance.now();
      findResetTime(text, now);
      assert.ok(performance.now() - start < 1000, text.slice(0, 40));
    }
  });
});

describe('a line that says that a quota is used up', () => {
  const find = (lines: readonly string[], patterns = {}): unknown => findQuotaMessage(lines, patterns, now);

  test('is known of the agents, with the reset time of it or of a line beside it', () => {
    assert.deepEqual(find(['working', 'Claude AI usage limit reached|1768489200']), {
      resource: null,
      until: '2026-01-15T15:00:00.000Z',
      message: 'Claude AI usage limit reached|1768489200',
    });
    assert.deepEqual(find(["You've hit your usage limit.", 'Try again in 2 hours.']), {
      resource: null,
      until: '2026-01-15T16:00:00.000Z',
      message: "You've hit your usage limit.",
    });
  });

  test("of a resource's own pattern names the resource", () => {
    const patterns = { other: ['never'], api: ['^E42: slow down'] };
    assert.deepEqual(find(['E42: slow down, please'], patterns), {
      resource: 'api',
      until: null,
      message: 'E42: slow down, please',
    });
  });

  test('is not found in what only speaks of limits', () => {
    for (const line of [
      'ok 3 - rate limit is honoured',
      'fixed the usage limit docs',
      'HTTP 429 is retried',
      'limit reached: 5 files',
    ])
      assert.equal(find([line]), null, line);
  });
});
