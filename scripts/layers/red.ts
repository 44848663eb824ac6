/** Lays breakages over sources and tells whether the check sees each of them, and nothing in their allowed twins. */
import type { Breakage } from './breakages.ts';
import { checkLayers } from './check.ts';
import type { Sources, Violation } from './check.ts';

/** What the check said of one breakage. */
export interface RedResult {
  readonly title: string;
  readonly expected: string;
  /** The rules that it named beyond those that the sources break already; empty: it saw nothing. */
  readonly seen: readonly string[];
  readonly isAsExpected: boolean;
}

/** Checks each breakage by itself. The sources are not changed. */
export const tryBreakages = (sources: Sources, breakages: readonly Breakage[]): readonly RedResult[] => {
  const known = new Set(checkLayers(sources).map(nameOf));
  return breakages.map(({ title, files, expected, withoutPackage }) => {
    const texts = new Map([...sources.texts, ...Object.entries(files)]);
    const declared = new Set([...sources.declared].filter((name) => name !== withoutPackage));
    const added = checkLayers({ texts, declared }).filter((violation) => !known.has(nameOf(violation)));
    const seen = [...new Set(added.filter(({ file }) => file in files).map(({ rule }) => rule))];
    const isAsExpected = expected === null ? added.length === 0 : seen.length === 1 && seen[0] === expected;
    return { title, expected: expected ?? 'nothing', seen, isAsExpected };
  });
};

const nameOf = ({ rule, file, message }: Violation): string => `${rule} ${file} ${message}`;
