/** `doctor` about the workflow that a start would take: whether its programs and prompts are there. */
import type { Stage } from '../core/plan.ts';
import { toWorkflow } from '../protocol/settings.ts';
import { bad, guard, ok, type Check } from './check.ts';
import type { Client } from './client.ts';
import { isFindable } from './missing.ts';
import { readPrompts } from './prompts.ts';

/** One line, or none for a workflow that names no program by itself: what a shell's text needs cannot be seen. */
export const checkAgents = async (client: Client): Promise<readonly Check[]> => {
  const check = await guard('programs', async () => {
    const config = await client.readConfig();
    const prompts = await readPrompts(client, config, [config.default_workflow]);
    return checkPrograms(client, toWorkflow(config, config.default_workflow, prompts).stages);
  });
  return check.verdict === 'ok' && check.text === '' ? [] : [check];
};

const checkPrograms = async (client: Client, stages: readonly Stage[]): Promise<Check> => {
  const machine = await client.openMachine();
  const path = client.env['PATH'] ?? '/bin:/usr/bin';
  const users = new Map<string, readonly string[]>();
  for (const { name, run } of stages) {
    const program = typeof run === 'string' ? '' : (run[0] ?? '');
    if (isFindable(program)) users.set(program, [...(users.get(program) ?? []), name]);
  }
  const missing: string[] = [];
  for (const [program, by] of users)
    if ((await machine.findProgram(program, path)) === null) missing.push(`${program} (for ${by.join(', ')})`);
  if (missing.length > 0)
    return bad(
      'programs',
      `not found in PATH: ${missing.join('; ')}`,
      'install it, or take another agent: wf0-batch init --agent NAME --force',
    );
  return ok('programs', [...users.keys()].join(', '));
};
