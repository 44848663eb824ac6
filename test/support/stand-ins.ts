/** Stand-in agents in PATH, scripted for each work and stage; see `test/fixtures/agents/stand-in.mjs`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandLine } from './command-line.ts';
import { fixture } from './running-batch.ts';

/** One thing that a stand-in does when it is called. */
export type Action =
  | 'proof'
  | 'dirty'
  | 'nothing'
  | 'hang'
  | 'hang-with-child'
  | 'fork-daemon'
  | 'fill-disk'
  | 'half-character'
  | { readonly write: string; readonly text?: string }
  | { readonly commit: string }
  | { readonly result: object }
  | { readonly say: string }
  | { readonly ask: string }
  | { readonly quota: string }
  | { readonly flood: number }
  | { readonly exit: number }
  | { readonly sleep: number };

/** By work, then stage, `*` for all others: the calls, each a list of actions; the last one holds from then on. */
export type AgentScript = Readonly<Record<string, Readonly<Record<string, readonly (readonly Action[])[]>>>>;

export interface StandIns {
  /** For the commands of the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** What the n-th call for a stage of a work was given, from 1; null while there was none. */
  readonly call: (work: string, stage: string, n?: number) => AgentCall | null;
}

export interface AgentCall {
  readonly program: string;
  readonly argv: readonly string[];
  readonly prompt: string;
  readonly cwd: string;
  readonly answer: string | null;
}

/** Puts `claude`, `codex` and `gemini` before all other programs. */
export const scriptAgents = async (line: CommandLine, script: AgentScript): Promise<StandIns> => {
  const state = join(line.folder, 'agents');
  const file = await line.write(line.folder, 'agents.json', JSON.stringify(script));
  return {
    env: {
      PATH: `${join(dirname(fixture('.')), 'agents')}:${line.env['PATH'] ?? ''}`,
      STANDIN_SCRIPT: file,
      STANDIN_STATE: state,
    },
    call: (work, stage, n = 1) => {
      const given = join(state, `${work}.${stage}.${n}.json`);
      return existsSync(given) ? (JSON.parse(readFileSync(given, 'utf8')) as AgentCall) : null;
    },
  };
};
