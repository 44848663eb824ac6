/** What the stages of a plan need and this machine seems to lack: programs, keys. Hints for a person; nothing is refused by it. */
import type { Plan, Stage } from '../core/plan.ts';
import { isSecretName } from '../protocol/environment.ts';
import { clip } from '../view/clean.ts';
import type { Missing } from '../view/api.ts';
import type { Client } from './client.ts';

/** One line for each program or variable, with the first stage that needs it. */
export const findMissing = async (
  client: Client,
  { workflows }: Pick<Plan, 'workflows'>,
): Promise<readonly Missing[]> => {
  const { env } = await client.readConfig();
  const found = new Map<string, Missing>();
  const add = (missing: Missing): void => {
    const key = `${missing.kind} ${missing.name}`;
    if (!found.has(key)) found.set(key, missing);
  };
  for (const { name, stages } of Object.values(workflows))
    for (const stage of stages) {
      const needed_by = clip(`workflow ${name}, stage ${stage.name}`, 200);
      const known = { ...client.env, ...env };
      for (const each of await lackedBy(client, stage, known)) add({ ...each, needed_by });
    }
  return [...found.values()];
};

type Lack = Omit<Missing, 'needed_by'>;
type Environment = Readonly<Record<string, string | undefined>>;

const lackedBy = async (client: Client, stage: Stage, env: Environment): Promise<readonly Lack[]> => [
  ...(await missingProgram(client, stage)),
  ...missingVariables(stage, env),
  ...(await missingKey(client, stage, env)),
];

const missingProgram = async (client: Client, { run }: Stage): Promise<readonly Lack[]> => {
  const program = programOf(run);
  if (!isFindable(program)) return [];
  const machine = await client.openMachine();
  if ((await machine.findProgram(program, client.env['PATH'] ?? '/bin:/usr/bin')) !== null) return [];
  return [{ kind: 'program', name: clip(program, 200), hint: 'install it, or take another workflow' }];
};

/** What a shell's text needs cannot be seen. */
const programOf = (run: Stage['run']): string => (typeof run === 'string' ? '' : (run[0] ?? ''));

/** A shell is everywhere; a path from the worktree on, and a name that differs from work to work, are found only when a stage starts. */
export const isFindable = (program: string): boolean =>
  program !== '' && program !== 'sh' && !program.includes('{') && (program.startsWith('/') || !program.includes('/'));

/** Variables that a command names, whose names speak of a secret, and that nobody sets. */
const missingVariables = ({ run, env: own }: Stage, env: Environment): readonly Lack[] => {
  const text = typeof run === 'string' ? run : run.join(' ');
  const names = new Set([...text.matchAll(/\$\{?([A-Z][A-Z0-9_]{1,100})\b(?!:?[-=])/g)].map((match) => match[1] ?? ''));
  return [...names]
    .filter((name) => !name.startsWith('WF_') && isSecretName(name) && !own.includes(name) && (env[name] ?? '') === '')
    .map((name) => ({ kind: 'variable', name, hint: `set ${name} for the program that starts the batch` }));
};

/** Where each agent has its key from: a variable, or the file of a login in the home folder. */
const keys: Readonly<Record<string, { readonly variables: readonly string[]; readonly logins: readonly string[] }>> = {
  claude: {
    variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CODE_USE_BEDROCK'],
    logins: ['.claude/.credentials.json', '.claude.json'],
  },
  codex: { variables: ['OPENAI_API_KEY', 'CODEX_API_KEY'], logins: ['.codex/auth.json'] },
  gemini: {
    variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
    logins: ['.gemini/oauth_creds.json'],
  },
};

const missingKey = async (client: Client, { run, env: own }: Stage, env: Environment): Promise<readonly Lack[]> => {
  const program = programOf(run).replace(/^.*\//, '');
  const key = Object.hasOwn(keys, program) ? keys[program] : undefined;
  const first = key?.variables[0];
  if (key === undefined || first === undefined) return [];
  if (key.variables.some((name) => own.includes(name) || (env[name] ?? '') !== '')) return [];
  const machine = await client.openMachine();
  const home = client.env['HOME'] ?? '';
  for (const login of key.logins) if ((await machine.look(`${home}/${login}`)).kind === 'other') return [];
  return [{ kind: 'variable', name: first, hint: `set ${first}, or log in: run ${program} once` }];
};
