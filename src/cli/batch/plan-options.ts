/** The flags that `start`, `run` and `plan save` share. */
import type { Command } from 'commander';
import { Option } from 'commander';
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
    .option('--only <id...>', 'only these works')
    .option('--group <name>', 'only the works of this group')
    .option('--until <stage>', 'stop each work after this stage')
    .addOption(
      new Option('--engine <kind>', 'where scheduler and workers live (default: tmux)').choices(['tmux', 'process']),
    )
    .option('--allow-missing', 'run works although a dependency is not in the schedule')
    .option('--rerun', 'run delivered works again, too');

export const readWishes = (options: PlanOptions): PlanWishes => ({
  parallel: options.parallel ?? null,
  engine: options.engine ?? null,
  only: options.only ?? [],
  group: options.group ?? null,
  until: options.until ?? null,
  allowMissing: options.allowMissing === true,
  rerun: options.rerun ?? false,
});
