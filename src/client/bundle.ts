/** `report --bundle`: everything that somebody needs who was not there, in one file, without secrets. */
import type { BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import { makeMask } from '../protocol/environment.ts';
import { maskForms } from '../protocol/secret-forms.ts';
import { environmentOf } from '../protocol/settings.ts';
import type { Client } from './client.ts';
import { examine } from './doctor.ts';

export interface Bundled {
  readonly file: string;
  readonly bytes: number;
}

/** `report`: texts by their names in the bundle. Throws a Problem if something has the file's name. */
export const bundle = async (
  client: Client,
  journal: Journal<BatchState>,
  {
    file,
    version,
    report,
  }: { readonly file: string; readonly version: string; readonly report: ReadonlyMap<string, string> },
): Promise<Bundled> => {
  const state = await journal.read();
  const checks = await examine(client, state.batch.engine);
  const texts = new Map<string, string>([
    ['README.txt', readme],
    ['versions.json', json(await versionsOf(client, version))],
    ['doctor.json', json(checks)],
    ...report,
  ]);
  const bundler = await client.openBundler(journal.directory);
  const bytes = await bundler.write(file, { texts, mask: await makeBundleMask(client) });
  if (bytes !== null) return { file, bytes };
  throw new Problem({
    what: 'there is something of this name already',
    where: file,
    hint: 'give the bundle another name: wf0-batch report --bundle FILE',
    code: 'refused',
  });
};

const readme = `What a batch of wf0-batch left, to be looked at elsewhere.

plan.json         what was to be run, and the settings
journal.jsonl     everything that happened, one event a line
logs/             what stages, workers and the scheduler printed
report.*          the report; trace.json opens in ui.perfetto.dev
doctor.json       what was there on the machine when this was made
versions.json     of which program and surroundings

Values of variables whose names speak of a secret, and what has the form of a known token, were replaced by ***. Look
through it before you give it to somebody: a secret of another form is not known as one.
`;

const versionsOf = async (client: Client, version: string): Promise<object> => {
  const machine = await client.openMachine();
  return {
    'wf0-batch': version,
    node: machine.nodeVersion,
    git: await client.repository?.version().catch(() => null),
    system: machine.system,
  };
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Secrets of this environment and of the config, as text, as they stand in JSON, and as they stand in raw bytes. */
const makeBundleMask = async (client: Client): Promise<(line: string) => string> => {
  const { all, stages } = environmentOf(await client.readConfig());
  const ofStages = Object.values(stages).flatMap((workflow) => Object.values(workflow));
  const masks = [client.env, all, ...ofStages].flatMap((env) => [
    makeMask(asBytes(env)),
    makeMask(asBytes(inJson(env))),
  ]);
  return (line) => maskForms(masks.reduce((masked, mask) => mask(masked), line));
};

type Environment = Readonly<Record<string, string | undefined>>;

const changed = (env: Environment, change: (value: string) => string): Environment =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === undefined ? value : change(value)]));

const inJson = (env: Environment): Environment => changed(env, (value) => JSON.stringify(value).slice(1, -1));

/** Lines come with one character for each byte. */
const asBytes = (env: Environment): Environment =>
  changed(env, (value) => Buffer.from(value, 'utf8').toString('latin1'));
