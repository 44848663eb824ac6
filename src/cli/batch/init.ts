/** `wf0-batch init` */
import type { Command } from 'commander';
import { writeFirstConfig } from '../../client/init.ts';
import { Problem } from '../../ports/problem.ts';
import { clip } from '../../view/clean.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--agent <name>', 'shell: plain commands', 'shell')
    .action(async ({ agent }: { readonly agent: string }) => {
      if (agent !== 'shell') throw unknownAgent(agent);
      const { file, isNew } = await writeFirstConfig(await cli.client());
      if (!isNew) return cli.err(`note: ${file} is there already and stays as it is`);
      cli.out(`${file} is written: workflow shell, plain commands`);
      cli.err('next: put your commands into it, then wf0-schedule create md=tasks/ and wf0-batch start --dry-run');
    });
};

const unknownAgent = (agent: string): Problem =>
  new Problem({
    what: `there is no configuration for the agent ${JSON.stringify(clip(agent, 80))} yet`,
    where: '--agent',
    hint: 'begin with plain commands (wf0-batch init) and put the call of the agent into .wf/config.json',
    code: 'usage',
  });
