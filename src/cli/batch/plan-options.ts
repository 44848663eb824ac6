/** The flags that `start`, `run` and `plan save` share. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { PlanWishes } from '../../client/plan-batch.ts';
import { addParallel } from '../parallel.ts';

export interface PlanOptions {
  readonly parallel?: number | 'auto';
  readonly engine?: 'tmux' | 'process';
  readonly only?: readonly string[];
  readonly group?: string;
  readonly until?: string;
  readonly allowMissing?: boolean;
  readonly rerun?: PlanWishes['rerun'];
}

export const addPlanOptions = (command: Command): Command =>
  addParallel(command)
    .addOption(onlyOption())
    .option('--group <name>', 'only the works of this group')
    .option('--until <stage>', 'stop each work after this stage')
    .addOption(
      new Option('--engine <kind>', 'where scheduler and workers live (default: tmux)').choices(['tmux', 'process']),
    )
    .option('--allow-missing', 'run works although a dependency is not in the schedule')
    .option('--rerun', 'run delivered works again, too');

/** Ids apart or by commas, again and again; the first goes over the variable's, as with any list. */
const onlyOption = (): Option => {
  const option = new Option('--only <id...>', 'only these works');
  return option.argParser((text: string, before: readonly string[] | undefined) => {
    const ids = text.split(/[\s,]+/).filter(Boolean);
    if (ids.length === 0 || text.startsWith('-')) throw new InvalidArgumentError('It must be the id of a work.');
    return before === undefined || before === option.defaultValue ? ids : [...before, ...ids];
  });
};

export const readWishes = (options: PlanOptions): PlanWishes => ({
  parallel: options.parallel ?? null,
  engine: options.engine ?? null,
  only: options.only ?? [],
  group: options.group ?? null,
  until: options.until ?? null,
  allowMissing: options.allowMissing === true,
  rerun: options.rerun ?? false,
});
