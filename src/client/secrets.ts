/** What is masked wherever logs and terminals are shown: on the command line and in the pages alike. */
import { environmentSecrets } from '../protocol/environment.ts';
import { secretBytes } from '../protocol/mask-bytes.ts';
import { environmentOf } from '../protocol/settings.ts';
import type { Client } from './client.ts';

/** Secrets of this environment and of the config, of single stages too, as `secretBytes` gives them. Throws a Problem if the config cannot be read. */
export const readSecrets = async ({ env, readConfig }: Client): Promise<readonly string[]> => {
  const { all, stages } = environmentOf(await readConfig());
  return secretsOf([env, all, ...Object.values(stages).flatMap((workflow) => Object.values(workflow))]);
};

/** Secrets of this environment alone. */
export const ownSecrets = ({ env }: Client): readonly string[] => secretsOf([env]);

const secretsOf = (environments: readonly NodeJS.ProcessEnv[]): readonly string[] =>
  secretBytes(environments.flatMap((each) => environmentSecrets(each)));
