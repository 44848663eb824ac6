/** `wf0-batch init` */
import type { Command } from 'commander';
import { agentNames } from '../../client/agents.ts';
import { initFolder, type InitFile } from '../../client/init.ts';
import type { Cli } from '../cli.ts';

interface InitOptions {
  readonly agent: string;
  readonly skills?: boolean;
  readonly force?: boolean;
}

export const configure = (command: Command, cli: Cli): void => {
  command
    .option('--agent <name>', `who does the stages: ${agentNames.join(', ')} (plain commands)`, 'shell')
    .option('--skills', 'write .claude/skills/wf0-batch and wf0-schedule; claude gets them without asking')
    .option('--force', 'replace files that are there; the old ones are kept beside them')
    .action(async ({ agent, skills, force }: InitOptions) => {
      const wishes = { agent, skills: skills === true, force: force === true };
      const [config, ...others] = await initFolder(await cli.client(), wishes);
      if (config === undefined) return;
      tellConfig(cli, config, agent);
      for (const file of others) tellFile(cli, file);
      if (config.outcome === 'written') tellNext(cli, agent);
    });
};

export const examples = `
Examples:
  wf0-batch init                  workflow of plain commands, for editing
  wf0-batch init --agent claude   six stages with prompts and skills`;

const tellConfig = (cli: Cli, { file, outcome, aside }: InitFile, agent: string): void => {
  if (outcome !== 'written') return cli.err(`note: ${file} is there already and stays as it is`);
  const what = agent === 'shell' ? 'workflow shell, plain commands' : `workflow wf, six stages for ${agent}`;
  cli.out(`${file} is written: ${what}`);
  tellAside(cli, aside);
};

/** A file that says what it should is not worth a line. */
const tellFile = (cli: Cli, { file, outcome, aside }: InitFile): void => {
  if (outcome === 'kept') return cli.err(`note: ${file} has been edited and stays as it is`);
  if (outcome === 'written') cli.out(`${file} is written`);
  tellAside(cli, aside);
};

const tellAside = (cli: Cli, aside: string | null): void => {
  if (aside !== null) cli.err(`note: the old one is ${aside}`);
};

const tellNext = (cli: Cli, agent: string): void => {
  if (agent !== 'shell')
    cli.err(
      `read .wf/prompts/README.md: it says what ${agent} may do without asking; wf0-batch doctor finds what is missing`,
    );
  const edit = agent === 'shell' ? 'put your commands into it' : 'edit the prompts';
  cli.err(`next: ${edit}, then wf0-schedule create md=tasks/ and wf0-batch start --dry-run`);
};
