import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBytes } from '../../src/protocol/bytes.ts';
import { parseDuration } from '../../src/protocol/duration.ts';

test('a duration is a number with its unit, and nothing else', () => {
  const table: Record<string, number | null> = {
    '500ms': 500,
    '0s': 0,
    '90s': 90_000,
    '1.5m': 90_000,
    '30m': 1_800_000,
    '2h': 7_200_000,
    '1d': 86_400_000,
    '30': null,
    '30 m': null,
    '-1s': null,
    '1h30m': null,
    '': null,
    '1e3s': null,
    '99999999999d': null,
  };
  for (const [text, expected] of Object.entries(table)) assert.equal(parseDuration(text), expected, text);
});

test('a size counts by 1024 and needs its unit', () => {
  const table: Record<string, number | null> = {
    '1GB': 2 ** 30,
    '500MB': 500 * 2 ** 20,
    '1GiB': 2 ** 30,
    '0B': 0,
    '1.5kb': 1536,
    '2 TB': 2 * 2 ** 40,
    '1': null,
    '1G': null,
    GB: null,
    '-1GB': null,
    '99999999TB': null,
  };
  for (const [text, expected] of Object.entries(table)) assert.equal(parseBytes(text), expected, text);
});
