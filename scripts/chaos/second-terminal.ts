/** The person: commands from a second terminal while things go wrong, and bringing the batch to its end afterwards. */
import { setTimeout as delay } from 'node:timers/promises';
import { readState } from './batch-state.ts';
import { processesOf } from './processes.ts';
import type { Command } from './random-faults.ts';
import type { Scene } from './scene.ts';

/** What a command says is kept for the one who looks at a run that went wrong. */
const batch = async ({ world, say }: Scene, ...args: readonly string[]): Promise<number | null> => {
  const { code, text } = await world.batch(...args);
  say(`$ wf0-batch ${args.join(' ')} → ${code ?? 'killed'}\n${text}`);
  return code;
};

export const runCommand = async (scene: Scene, command: Command): Promise<void> => {
  const { world, works, random } = scene;
  const { delivered } = readState(world.project);
  const open = works.filter((id) => !delivered.has(id));
  const one = open.length === 0 ? random.pick(works) : random.pick(open);
  switch (command) {
    case 'pause':
      await batch(scene, 'pause');
      return void (await batch(scene, 'resume'));
    case 'stop':
      return void (await batch(scene, 'stop'));
    case 'stop-force':
      return void (await batch(scene, 'stop', '--force'));
    case 'stop-one':
      return void (await batch(scene, 'stop', one));
    case 'retry-from':
      await batch(scene, 'stop', one);
      return void (await batch(scene, 'retry', one, '--from', 'write'));
    case 'status':
      return void (await batch(scene, 'status', '--json'));
  }
};

const lookMs = 50;

/** Does what a person would until every work is delivered: true once that is so, false after `limitMs`. */
export const bringToEnd = async (scene: Scene, limitMs: number): Promise<boolean> => {
  const { world, works } = scene;
  const deadline = performance.now() + limitMs;
  let idleLooks = 0;
  while (performance.now() < deadline) {
    const { status, delivered } = readState(world.project);
    if (status === 'completed' && works.every((id) => delivered.has(id))) return true;
    idleLooks = isAttended(scene) ? 0 : idleLooks + 1;
    if (idleLooks >= 2 || status === 'paused') {
      await goOn(scene, status);
      idleLooks = 0;
    }
    await delay(lookMs);
  }
  return false;
};

/** Somebody who sees to the batch lives: the scheduler, its restarter, or a command. */
const isAttended = ({ world }: Scene): boolean =>
  processesOf(world).some(({ role }) => role === 'scheduler' || role === 'restarter' || role === 'command');

const goOn = async (scene: Scene, status: ReturnType<typeof readState>['status']): Promise<void> => {
  await makeWay(scene);
  const engine = ['--engine', scene.engine] as const;
  await (status === 'none'
    ? batch(scene, 'start', '--parallel', String(scene.parallel), ...engine)
    : batch(scene, 'resume'));
};

/** Branches that somebody else pushed stood in the way; whether they still stand is looked at before they go. */
export const makeWay = async (scene: Scene): Promise<void> => {
  const { world, foreign } = scene;
  for (const [id, commit] of foreign) {
    const head = await world.git(world.remote, 'for-each-ref', '--format=%(objectname)', `refs/heads/wf/${id}`);
    if (head !== commit)
      scene.overwritten.push(`wf/${id} was at somebody else's ${commit} and is at ${head || 'nothing'}`);
    else await world.git(world.remote, 'update-ref', '-d', `refs/heads/wf/${id}`, commit);
    foreign.delete(id);
  }
};
