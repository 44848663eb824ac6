import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { simulate } from './simulate.ts';
import { describeTotals, seedsFrom, simulateAll, type Totals } from './table.ts';

/** Kept beside the source; the compiled tests run below `dist`, from the project's folder. */
const seedsFile = join(process.cwd(), 'test/sim/seeds.json');
const oldSeeds = JSON.parse(readFileSync(seedsFile, 'utf8')) as readonly number[];

const count = process.env['WF_LONG'] === '1' ? 50_000 : 5_000;
const firstSeed = process.env['WF_LONG'] === '1' ? 1_000_000 : 1;

const keepSeeds = ({ broken }: Totals): void => {
  const seeds = [...new Set([...oldSeeds, ...broken.map(({ seed }) => seed)])];
  if (seeds.length > oldSeeds.length)
    writeFileSync(seedsFile, `${JSON.stringify(seeds.slice(0, oldSeeds.length + 10))}\n`);
};

test('every schedule that ever broke a law keeps them all', () => {
  for (const seed of oldSeeds) assert.equal(simulate(seed).broken, null, `seed ${seed}`);
});

test('a seed gives the same schedule every time', () => {
  for (const seed of seedsFrom(1, 20)) assert.deepEqual(simulate(seed), simulate(seed));
});

test(`no law breaks in ${count} random schedules with faults`, (context) => {
  const totals = simulateAll(seedsFrom(firstSeed, count));
  for (const line of describeTotals(totals)) context.diagnostic(line);
  keepSeeds(totals);
  const said = totals.broken.slice(0, 5).map(({ seed, broken }) => `seed ${seed}: ${broken?.message}`);
  assert.deepEqual(said, []);
});
