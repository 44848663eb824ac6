/** `wf0-batch status` */
import type { Command } from 'commander';
import type { Client } from '../../client/client.ts';
import { warnOfPlan } from '../../client/intact-plan.ts';
import { observe, sessionCommands } from '../../client/observe.ts';
import { quoteId } from '../../client/schedule.ts';
import { Problem } from '../../ports/problem.ts';
import { emptyStatus, makeStatus, type StatusDocument } from '../../view/status.ts';
import { statusText } from '../../view/status-text.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

interface StatusOptions {
  readonly json?: boolean;
  readonly batch?: string;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--json', 'print one JSON document')
    .option('--batch <id>', 'another batch than the newest')
    .action(async (options: StatusOptions) => {
      const client = await cli.client();
      const { status, sessions } = await readStatus(client, options.batch ?? null);
      if (options.json === true) return cli.out(JSON.stringify(status, null, 2));
      const schedule = await readSchedule(cli, client);
      cli.out(paint(cli, statusText({ status, schedule, sessions })));
    });
};

const readStatus = async (
  client: Client,
  id: string | null,
): Promise<{ readonly status: StatusDocument; readonly sessions: ReadonlyMap<string, string> }> => {
  const journal = await client.store.openBatch(id ?? undefined);
  if (journal === null) {
    if (id !== null) throw unknownBatch(client.root, id);
    return { status: emptyStatus(), sessions: new Map() };
  }
  try {
    const seen = await observe(client, journal);
    if (journal.damage !== null && journal.damage.droppedLines > 0)
      client.say(`warning: ${journal.damage.droppedLines} lines of the journal cannot be read`);
    warnOfPlan(client, journal, seen.state);
    return { status: makeStatus(seen), sessions: sessionCommands(client, journal, seen) };
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
