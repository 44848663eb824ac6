/** `wf0-batch tell waiting|progress|done` */
import type { Command } from 'commander';
import { tell } from '../../client/tell.ts';
import { Problem } from '../../ports/problem.ts';
import { nearest } from '../../protocol/nearest.ts';
import { clip } from '../../view/clean.ts';
import type { Cli } from '../cli.ts';

const words = ['waiting', 'progress', 'done'];

/** Characters of a question that are kept. */
const messageLimit = 1000;

export const configure = (command: Command, cli: Cli): void => {
  command
    .argument('<what>', 'waiting: a person must answer; progress, done: it goes on')
    .option('--message <text>', 'the question')
    .action(async (what: string, { message }: { readonly message?: string }) => {
      if (!words.includes(what)) throw unknownWord(what);
      const { WF_ATTEMPT_TOKEN: token = '', WF_REPO_ROOT: root = '', WF_BATCH_RUN_ID: batchRunId = '' } = cli.env;
      if (token === '' || root === '' || batchRunId === '') throw notInStage();
      const question = what === 'waiting' ? clip(message ?? '', messageLimit) || 'it waits for an answer' : null;
      await tell(await cli.clientAt(root), { token, batchRunId, question });
    });
};

export const examples = `
Examples:
  wf0-batch tell waiting --message "which region?"   inside a stage: a person is needed
  wf0-batch tell progress                            go on`;

const unknownWord = (what: string): Problem => {
  const near = nearest(what, words);
  return new Problem({
    what: `a stage cannot tell ${JSON.stringify(clip(what, 80))}`,
    where: 'wf0-batch tell',
    hint: near === null ? `one of: ${words.join(', ')}` : `did you mean ${near}?`,
    code: 'usage',
  });
};

const notInStage = (): Problem =>
  new Problem({
    what: 'this is no stage of a batch',
    where: 'WF_ATTEMPT_TOKEN, WF_REPO_ROOT and WF_BATCH_RUN_ID in the environment',
    hint: 'call it from a command of a workflow; they are set there',
    code: 'refused',
  });
