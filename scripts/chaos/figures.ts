/** What many runs came to. */
import type { RunResult } from './run.ts';

/** Lines for a person. */
export const describeRuns = (results: readonly RunResult[]): readonly string[] => {
  const sizes = results.map(({ scenario }) => scenario.works.length);
  const faults = results.flatMap(({ happened }) => happened.map(({ name }) => name));
  const recoveries = results.flatMap((result) => result.recoveries);
  const broken = results.filter(({ violations }) => violations.length > 0);
  const tmux = results.filter(({ scenario }) => scenario.engine === 'tmux').length;
  return [
    `${results.length} runs (${tmux} with tmux), ${sum(sizes)} works (${spread(sizes)} a run), ${faults.length} faults`,
    `${broken.length} runs broke a promise`,
    ...table(faults, recoveries),
  ];
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const spread = (numbers: readonly number[]): string =>
  `${Math.min(...numbers)} to ${Math.max(...numbers)}, median ${quantile(numbers, 0.5)}`;

const quantile = (numbers: readonly number[], share: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

const table = (faults: readonly string[], recoveries: RunResult['recoveries']): readonly string[] => {
  const row = (name: string, count: number, times: readonly number[]): string => {
    const shown = times.length === 0 ? '' : [0.5, 0.99, 1].map((share) => cell(quantile(times, share))).join('');
    return `${name.padEnd(32)}${String(count).padStart(7)}${String(times.length).padStart(10)}${shown}`;
  };
  const cell = (ms: number): string => `${Math.round(ms)} ms`.padStart(11);
  const names = [...new Set(faults)].sort();
  const timesOf = (name: string): readonly number[] =>
    recoveries.flatMap((each) => (each.name === name ? each.ms : []));
  const head = `${'fault'.padEnd(32)}${'count'.padStart(7)}${'measured'.padStart(10)}${['median', '99th', 'worst'].map((word) => word.padStart(11)).join('')}`;
  return [
    head,
    ...names.map((name) => row(name, faults.filter((each) => each === name).length, timesOf(name))),
    row(
      'all',
      faults.length,
      recoveries.map(({ ms }) => ms),
    ),
  ];
};
