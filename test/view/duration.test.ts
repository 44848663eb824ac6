import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, formatDurationBriefly } from '../../src/view/duration.ts';

test('a duration shows its two largest units', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5, '0s'],
    [0, '0s'],
    [NaN, '0s'],
    [0.2, '1ms'],
    [340, '340ms'],
    [1000, '1s'],
    [34_999, '34s'],
    [754_000, '12m 34s'],
    [720_000, '12m'],
    [3_600_000 * 3 + 300_000, '3h 5m'],
    [3_600_000 + 59_000, '1h'],
    [86_400_000 * 2 + 3_600_000 * 4, '2d 4h'],
  ];
  for (const [ms, words] of cases) assert.equal(formatDuration(ms), words);
});

test('a brief duration shows its largest unit', () => {
  assert.equal(formatDurationBriefly(199_000), '3m');
  assert.equal(formatDurationBriefly(900), '0s');
});
