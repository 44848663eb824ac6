/** The prompts that agents are given: files below `.wf/prompts`, read when a plan is made and frozen in it. */
import { Problem } from '../ports/problem.ts';
import type { Config } from '../protocol/config.ts';
import { promptFilesOf, type Prompts } from '../protocol/settings.ts';
import type { Client } from './client.ts';

/** An argument may hold 128 KiB, and a prompt grows by what its `{names}` stand for. */
const limitBytes = 100 * 1024;

/** The prompt files of these workflows. One that is not there is left out: whoever needs it names it. */
export const readPrompts = async (client: Client, config: Config, workflows: Iterable<string>): Promise<Prompts> => {
  const files = new Set([...workflows].flatMap((name) => promptFilesOf(config, name)));
  const machine = await client.openMachine();
  const prompts = new Map<string, string>();
  for (const file of files) {
    const text = await machine.readText(`${client.store.directory}/${file}`);
    if (text === null) continue;
    if (Buffer.byteLength(text) > limitBytes) throw tooLong(file);
    prompts.set(file, text);
  }
  return prompts;
};

const tooLong = (file: string): Problem =>
  new Problem({
    what: `this prompt is longer than ${limitBytes / 1024} KiB`,
    where: `.wf/${file}`,
    hint: 'put the long part into a file of the repository and let the prompt name it',
    code: 'refused',
  });
