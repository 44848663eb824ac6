/** `wf0-batch plan save|list|show|load` */
import type { Command } from 'commander';
import { planBatch } from '../../client/plan-batch.ts';
import { loadPlan, requireFreeName, requirePlan, savePlan } from '../../client/plans.ts';
import { requireSchedule } from '../../client/schedule.ts';
import { Problem } from '../../ports/problem.ts';
import { nearest } from '../../protocol/nearest.ts';
import { clip } from '../../view/clean.ts';
import type { Cli } from '../cli.ts';
import { addPlanOptions, readWishes, type PlanOptions } from './plan-options.ts';
import { printPlan } from './print-plan.ts';

interface SaveOptions extends PlanOptions {
  readonly force?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  const add = (name: string, summary: string): Command =>
    command.command(name).description(summary).exitOverride().copyInheritedSettings(command);
  command.argument('[what...]').action(([what]: readonly string[]) => {
    throw unknownCommand(what ?? null);
  });
  addPlanOptions(add('save', 'plan the schedule as start would, and keep it under a name'))
    .argument('<name>', 'letters, digits, dots, dashes and underscores')
    .option('--force', 'replace a plan of this name')
    .action(async (name: string, options: SaveOptions) => save(cli, name, options));
  add('list', 'the names of saved plans')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { readonly json?: boolean }) => list(cli, json === true));
  add('show', 'show a saved plan as a dry run does')
    .argument('<name>')
    .option('--json', 'print one JSON document')
    .action(async (name: string, { json }: { readonly json?: boolean }) =>
      printPlan(cli, await requirePlan(await cli.client(), name), json === true),
    );
  add('load', 'make the works of a saved plan the schedule')
    .argument('<name>')
    .action(async (name: string) => load(cli, name));
};

const commands = ['save', 'list', 'show', 'load'];

const unknownCommand = (what: string | null): Problem => {
  const near = what === null ? null : nearest(what, commands);
  return new Problem({
    what: what === null ? 'plan needs to know what to do' : `there is no command plan ${clip(what, 80)}`,
    where: 'wf0-batch plan',
    hint:
      near === null
        ? `one of: ${commands.map((each) => `wf0-batch plan ${each}`).join(', ')}`
        : `did you mean: wf0-batch plan ${near}?`,
    code: 'usage',
  });
};

const save = async (cli: Cli, name: string, options: SaveOptions): Promise<void> => {
  const client = await cli.client();
  await requireFreeName(client, name, options.force === true);
  const { plan } = await planBatch(client, await requireSchedule(client), readWishes(options));
  for (const warning of plan.warnings) cli.err(`warning: ${warning}`);
  await savePlan(client, name, { plan, replace: options.force === true });
  cli.out(
    `plan ${name}: ${plan.works.length} ${plan.works.length === 1 ? 'work' : 'works'}, ${plan.parallel} at a time, ${plan.plan_hash.slice(0, 12)}`,
  );
  cli.err(`next: wf0-batch start --plan ${name}`);
};

const list = async (cli: Cli, isJson: boolean): Promise<void> => {
  const { store } = await cli.client();
  const names = await store.listPlans();
  if (isJson) return cli.out(JSON.stringify(names, null, 2));
  if (names.length === 0) return cli.err('note: no plan is saved');
  cli.out(names.join('\n'));
};

const load = async (cli: Cli, name: string): Promise<void> => {
  const client = await cli.client();
  const { works } = await loadPlan(client, await requirePlan(client, name));
  cli.out(`${works.length} ${works.length === 1 ? 'work' : 'works'} of plan ${name} scheduled`);
};
