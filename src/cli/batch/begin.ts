/** What `start` and `run` do once they have a schedule: plan, show or start, and follow. */
import type { Client } from '../../client/client.ts';
import { countLeft } from '../../client/batch.ts';
import { checkEnvironment } from '../../client/check-environment.ts';
import { choosePlan } from '../../client/choose-plan.ts';
import { emptyPlan, requireFinished, startBatch } from '../../client/start.ts';
import { requireTrust } from '../../client/trust.ts';
import type { Plan } from '../../core/plan.ts';
import type { BatchState } from '../../core/state.ts';
import type { Schedule } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import type { Journal } from '../../ports/store.ts';
import type { Cli } from '../cli.ts';
import { followToEnd } from './follow.ts';
import { readWishes, type PlanOptions } from './plan-options.ts';
import { printPlan } from './print-plan.ts';

export interface BeginOptions extends PlanOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly plan?: string;
  readonly fresh?: boolean;
  readonly yes?: boolean;
}

interface Beginning {
  readonly schedule: Schedule;
  readonly options: BeginOptions;
  readonly followAlways: boolean;
}

export const begin = async (
  cli: Cli,
  client: Client,
  { schedule, options, followAlways }: Beginning,
): Promise<void> => {
  const { plan, delivered } = await choosePlan(client, {
    schedule,
    wishes: readWishes(options),
    chosen: options.plan ?? null,
  });
  if (options.dryRun === true) {
    warn(cli, plan);
    return printPlan(cli, plan, options.json === true);
  }
  if (options.fresh !== true) warnOfLeft(cli, await requireFinished(client));
  if (plan.works.length === 0) {
    warn(cli, plan);
    sayNothingToDo(cli, client, delivered.length);
    if (options.json === true) cli.out(startedDocument(plan, null));
    return;
  }
  await requireTrust(client, cli);
  warn(cli, plan);
  await checkEnvironment(client, plan);
  await confirmLarge(cli, client, plan, options.yes === true);
  const { journal, state } = await startBatch(client, plan, { fresh: options.fresh === true });
  cli.err(`batch ${plan.batch_run_id}: ${countOf(plan)}, ${plan.parallel} at a time`);
  try {
    if (followAlways || options.follow === true) await followStarted(cli, client, { plan, journal, options });
    else if (options.json === true) cli.out(startedDocument(plan, state));
    else for (const line of nextSteps(plan)) cli.out(line);
  } finally {
    await journal.close();
  }
};

interface Begun {
  readonly plan: Plan;
  readonly journal: Journal<BatchState>;
  readonly options: BeginOptions;
}

/** With --json the changes go to stderr, and stdout gets one document at the end. */
const followStarted = async (cli: Cli, client: Client, { plan, journal, options }: Begun): Promise<void> => {
  const following = { journal, fromSeq: 1 };
  if (options.json !== true) return followToEnd(cli, client, following);
  try {
    await followToEnd({ ...cli, out: cli.err, panel: () => Promise.resolve(null) }, client, following);
  } finally {
    cli.out(startedDocument(plan, await journal.read()));
  }
};

/** What `--json` prints of a start; without a state nothing was pending and no batch was made. */
const startedDocument = (plan: Plan, state: BatchState | null): string =>
  JSON.stringify({
    batch_run_id: state === null ? null : plan.batch_run_id,
    plan_hash: plan.plan_hash,
    parallel: plan.parallel,
    state: state?.batch.status ?? null,
  });

const countOf = ({ works }: Plan): string => `${works.length} ${works.length === 1 ? 'work' : 'works'}`;

const warn = (cli: Cli, plan: Plan): void => {
  for (const warning of plan.warnings) cli.err(`warning: ${warning}`);
};

/** A stopped batch has ended, and a new one may begin; that its works could go on where they stopped is said. */
const warnOfLeft = (cli: Cli, state: BatchState | null): void => {
  const left = state === null ? 0 : countLeft(state);
  if (left > 0)
    cli.err(
      `note: the last batch was stopped with ${left} ${left === 1 ? 'work' : 'works'} left; wf0-batch resume would go on where they are`,
    );
};

/** Everything delivered: nothing pending, and that is well. No work at all: an empty plan, and that is a mistake. */
const sayNothingToDo = (cli: Cli, client: Client, delivered: number): void => {
  if (delivered > 0)
    return cli.err(
      `nothing is pending: ${delivered === 1 ? 'the work is' : `all ${delivered} works are`} delivered (--rerun runs ${delivered === 1 ? 'it' : 'them'} again)`,
    );
  throw emptyPlan(client);
};

const confirmLarge = async (cli: Cli, client: Client, plan: Plan, isYes: boolean): Promise<void> => {
  const { batch } = await client.readConfig();
  if (isYes || plan.works.length <= batch.confirm_above || !cli.isTerminal.in || !cli.isTerminal.err) return;
  const answer = await cli.ask(`${plan.works.length} works are more than ${batch.confirm_above}. Start them? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new Problem({
    what: 'not started',
    where: 'the question above',
    hint: 'answer y, or start with --yes',
    code: 'refused',
  });
};

const nextSteps = (plan: Plan): readonly string[] => [
  `started batch ${plan.batch_run_id}`,
  'look:  wf0-batch status',
  ...(plan.engine === 'tmux' ? ['watch: wf0-batch attach 1'] : []),
  'stop:  wf0-batch stop',
];
