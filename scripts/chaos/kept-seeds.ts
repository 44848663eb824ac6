/** Seeds that are run again and again: those of the short slice, and every one that ever broke a promise. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../layers/load.ts';

export interface KeptSeed {
  readonly seed: number;
  /** Given by `--faults`; null: as many as the seed says. */
  readonly faults: number | null;
  /** What it broke. */
  readonly promises: readonly string[];
}

export interface KeptSeeds {
  readonly slice: readonly number[];
  readonly failed: readonly KeptSeed[];
}

const file = (): string => join(projectFolder(), 'test/fixtures/chaos-seeds.json');

export const readKeptSeeds = (): KeptSeeds => JSON.parse(readFileSync(file(), 'utf8')) as KeptSeeds;

/** Adds a seed, once. */
export const keepSeed = (found: KeptSeed): void => {
  const { slice, failed } = readKeptSeeds();
  if (failed.some(({ seed, faults }) => seed === found.seed && faults === found.faults)) return;
  const all = [...failed, found].sort((a, b) => a.seed - b.seed);
  writeFileSync(file(), `${JSON.stringify({ slice, failed: all }, null, 2)}\n`);
};
