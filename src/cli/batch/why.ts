/** `wf0-batch why [ID]` */
import type { Command } from 'commander';
import { isSchedulerAlive, openLatest } from '../../client/batch.ts';
import type { Client } from '../../client/client.ts';
import { findIndex } from '../../client/find-work.ts';
import { warnOfPlan } from '../../client/intact-plan.ts';
import type { BatchState } from '../../core/state.ts';
import { line, type Line } from '../../view/line.ts';
import { marks, styles } from '../../view/mark.ts';
import { explainWorks } from '../../view/why.ts';
import { shownState, type ShownState } from '../../view/work.ts';
import type { Cli } from '../cli.ts';
import { paint } from '../paint.ts';

interface Answer {
  readonly id: string;
  readonly state: ShownState;
  readonly sentence: string;
  readonly command: string | null;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('[id]', 'a work; without it all that are neither running nor completed')
    .option('--json', 'print one JSON document')
    .action(async (id: string | undefined, { json }: { readonly json?: boolean }) => {
      const client = await cli.client();
      const journal = await openLatest(client);
      try {
        const state = await journal.read();
        warnOfPlan(client, journal, state);
        const answers = explain(client, state, id === undefined ? open(state) : [await findIndex(client, state, id)]);
        if (json === true) return cli.out(JSON.stringify(answers, null, 2));
        cli.out(paint(cli, answers.length === 0 ? [line('every work is running or completed')] : answerLines(answers)));
      } finally {
        await journal.close();
      }
    });
};

export const examples = `
Examples:
  wf0-batch why                 each work that does not run, and what would change it
  wf0-batch why 02-api --json`;

const open = (state: BatchState): readonly number[] =>
  state.works.map((_, i) => i).filter((i) => !['running', 'completed'].includes(shownState(state, i)));

const explain = (client: Client, state: BatchState, works: readonly number[]): readonly Answer[] => {
  const why = explainWorks(state, client.clock.now(), { schedulerIsAlive: isSchedulerAlive(client, state) });
  return works.map((i) => ({ id: state.works[i]?.id ?? '', state: shownState(state, i), ...why(i) }));
};

/** More than this are counted; `--json` has all of them. */
const shown = 500;

const answerLines = (answers: readonly Answer[]): readonly Line[] => {
  const more = answers.length - shown;
  return [
    ...answers
      .slice(0, shown)
      .flatMap(({ id, state, sentence, command }) => [
        line(`${marks[state]} ${id}  `, [sentence, styles[state]]),
        ...(command === null ? [] : [line([`     ${command}`, 'dim'])]),
      ]),
    ...(more > 0 ? [line([`and ${more} more: --json has all`, 'dim'])] : []),
  ];
};
