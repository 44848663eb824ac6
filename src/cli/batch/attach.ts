/** `wf0-batch attach [scheduler|N|ID]` */
import type { Command } from 'commander';
import { findSeats, type Seat } from '../../client/attach.ts';
import { openLatest } from '../../client/batch.ts';
import { shellLine } from '../../client/observe.ts';
import { Problem } from '../../ports/problem.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('[name]', 'scheduler, the number of a worker, or a work; without it the one that runs')
    .option('--print', 'print the command instead of executing it')
    .action(async (name: string | undefined, { print }: { readonly print?: boolean }) =>
      attach(cli, name ?? null, print === true),
    );
};

export const examples = `
Examples:
  wf0-batch attach 1                   watch worker 1 and type into it; Ctrl+b d leaves
  wf0-batch attach 02-api              whoever works on this
  wf0-batch attach scheduler --print   only the command line`;

const attach = async (cli: Cli, name: string | null, isPrint: boolean): Promise<void> => {
  const client = await cli.client();
  const journal = await openLatest(client);
  let seats: readonly Seat[];
  try {
    seats = await findSeats(client, journal, name);
  } finally {
    await journal.close();
  }
  const [seat] = seats;
  if (seat === undefined || seats.length > 1) return list(cli, seats);
  if (isPrint) return cli.out(shellLine(seat.argv));
  if (!cli.isTerminal.in || !cli.isTerminal.out) throw noTerminal(seat);
  cli.err(`${seat.role}${seat.id === null ? '' : `, ${seat.id}`}: leave with Ctrl+b d; it goes on`);
  const code = await (await client.openMachine()).runHere(seat.argv);
  if (code !== 0)
    throw new Problem({
      what: `tmux ended with ${code}`,
      where: shellLine(seat.argv),
      hint: 'see whether it still runs: wf0-batch status',
      code: 'environment',
    });
};

const list = (cli: Cli, seats: readonly Seat[]): void => {
  cli.err('several works are running; name one:');
  for (const { role, id } of seats) cli.out(`wf0-batch attach ${id ?? role}`);
};

const noTerminal = ({ argv }: Seat): Problem =>
  new Problem({
    what: 'this is no terminal to attach to',
    where: 'standard input or output',
    hint: `run it on a terminal: ${shellLine(argv)}`,
    code: 'refused',
  });
