/** `init`: a config that works, prompts and skills, to begin with. Nothing that is there is changed without being asked to. */
import type { ShippedFile } from '../ports/shipped.ts';
import { Problem } from '../ports/problem.ts';
import { clip } from '../view/clean.ts';
import { agentNames, agentNotes } from './agents.ts';
import type { Client } from './client.ts';
import { agentConfig, folderConfig, promptsReadme, repositoryConfig } from './init-config.ts';

export interface InitWishes {
  /** `shell`, or an agent that has a preset. */
  readonly agent: string;
  /** Replace what is there; it is kept beside the new file. */
  readonly force: boolean;
  /** Write the skill files, too; for claude that is the default. */
  readonly skills: boolean;
}

/** What became of one file. */
export interface InitFile {
  readonly file: string;
  /** `same`: it is there and says what would have been written. `kept`: it is there and says something else. */
  readonly outcome: 'written' | 'same' | 'kept';
  /** Where its former text is now; null if there was none. */
  readonly aside: string | null;
}

/** Writes config, prompts and skills. The config comes first in the answer. Throws a Problem for an unknown agent. */
export const initFolder = async (client: Client, wishes: InitWishes): Promise<readonly InitFile[]> => {
  const files = await filesFor(client, wishes);
  await client.prepareFolder();
  const done: InitFile[] = [];
  for (const file of files) done.push(await writeOne(client, file, wishes.force));
  return done;
};

/** Paths from the folder that holds `.wf`. */
const filesFor = async (client: Client, { agent, skills }: InitWishes): Promise<readonly ShippedFile[]> => {
  const under = async (kind: 'prompts' | 'skills', folder: string): Promise<readonly ShippedFile[]> =>
    (await client.readShipped(kind)).map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
  const skillFiles = skills || agent === 'claude' ? await under('skills', '.claude/skills') : [];
  if (agent === 'shell') {
    const config = client.repository === null ? folderConfig : repositoryConfig;
    return [configFile(config), ...skillFiles];
  }
  const preset = (await client.readShippedConfig()).agents[agent];
  if (agentNotes[agent] === undefined || preset === undefined) throw unknownAgent(agent);
  if (client.repository === null) throw needsRepository(client, agent);
  const readme = { path: '.wf/prompts/README.md', text: promptsReadme(agent, preset) };
  return [configFile(agentConfig(agent, preset)), ...(await under('prompts', '.wf/prompts')), readme, ...skillFiles];
};

const configFile = (config: object): ShippedFile => ({
  path: '.wf/config.json',
  text: `${JSON.stringify(config, null, 2)}\n`,
});

const writeOne = async (
  { root, ...client }: Client,
  { path, text }: ShippedFile,
  force: boolean,
): Promise<InitFile> => {
  const machine = await client.openMachine();
  const file = `${root}/${path}`;
  if (await machine.writeNew(file, text)) return { file, outcome: 'written', aside: null };
  if ((await machine.readText(file)) === text) return { file, outcome: 'same', aside: null };
  if (!force) return { file, outcome: 'kept', aside: null };
  const aside = await machine.setAside(file, 'old');
  await machine.writeNew(file, text);
  return { file, outcome: 'written', aside };
};

const unknownAgent = (agent: string): Problem =>
  new Problem({
    what: `there is no configuration for the agent ${JSON.stringify(clip(agent, 80))}`,
    where: '--agent',
    hint: `known are ${agentNames.join(', ')}; for another one begin with plain commands (wf0-batch init) and put its call into .wf/config.json`,
    code: 'usage',
  });

const needsRepository = ({ root }: Client, agent: string): Problem =>
  new Problem({
    what: `the workflow for ${agent} works on branches, and this is no git repository`,
    where: root,
    hint: 'go to a repository (or git init), or begin with plain commands: wf0-batch init',
    code: 'refused',
  });
