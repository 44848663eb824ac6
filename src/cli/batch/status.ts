/** `wf0-batch status` */
import type { Command } from 'commander';
import { tellDamage } from '../../client/batch.ts';
import type { Client } from '../../client/client.ts';
import { warnOfPlan } from '../../client/intact-plan.ts';
import { observe, sessionCommands } from '../../client/observe.ts';
import { quoteId } from '../../client/schedule.ts';
import { Problem } from '../../ports/problem.ts';
import { forecastText } from '../../view/forecast-text.ts';
import { makeForecast, type ForecastDocument } from '../../view/forecast.ts';
import { emptyStatus, makeStatus, type StatusDocument } from '../../view/status.ts';
import { hasRow, statusText } from '../../view/status-text.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

interface StatusOptions {
  readonly json?: boolean;
  readonly forecast?: boolean;
  readonly batch?: string;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--json', 'print one JSON document')
    .option('--forecast', 'when it will be done, along which chain, and with other numbers of workers')
    .option('--batch <id>', 'another batch than the newest')
    .action(async (options: StatusOptions) => {
      const client = await cli.client();
      const { status, sessions, forecast } = await readStatus(client, options);
      if (options.json === true)
        return cli.out(JSON.stringify(options.forecast === true ? { ...status, forecast } : status, null, 2));
      const schedule = await readSchedule(cli, client);
      const text = statusText({ status, schedule, sessions });
      cli.out(
        paint(cli, options.forecast === true ? [...text, ...forecastText(forecast, status.parallel ?? 1)] : text),
      );
    });
};

export const examples = `
Examples:
  wf0-batch status
  wf0-batch status --forecast            would more workers be done sooner?
  wf0-batch status --json | jq .counts`;

interface StatusRead {
  readonly status: StatusDocument;
  readonly sessions: ReadonlyMap<string, string>;
  /** Null unless it was asked for and the batch runs. */
  readonly forecast: ForecastDocument | null;
}

const readStatus = async (client: Client, { batch: id, forecast, json }: StatusOptions): Promise<StatusRead> => {
  const journal = await client.store.openBatch(id);
  if (journal === null) {
    if (id !== undefined) throw unknownBatch(client.root, id);
    return { status: emptyStatus(), sessions: new Map(), forecast: null };
  }
  try {
    const seen = await observe(client, journal);
    tellDamage(client, journal);
    warnOfPlan(client, journal, seen.state);
    const isForeseen = forecast === true && seen.live.schedulerIsAlive;
    return {
      status: makeStatus(json === true ? seen : { ...seen, isWanted: hasRow }),
      sessions: sessionCommands(client, journal, seen),
      forecast: isForeseen ? makeForecast(seen.state, seen.now) : null,
    };
  } finally {
    await journal.close();
  }
};

/** A schedule that cannot be read must not hide the batch that runs. */
const readSchedule = async (
  cli: Cli,
  client: Client,
): Promise<{ readonly works: number; readonly created_at: string } | null> => {
  try {
    return await client.peekSchedule();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    cli.err(`warning: ${error.what} (${error.where})`);
    return null;
  }
};

const unknownBatch = (root: string, id: string): Problem =>
  new Problem({
    what: `there is no batch ${quoteId(id)}`,
    where: `${root}/.wf/batches`,
    hint: 'leave --batch out for the newest one',
    code: 'refused',
  });
