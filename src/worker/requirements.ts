/** Proof of work: what a stage's `requires` asks for, looked at after exit 0. */
import type { Stage } from '../core/plan.ts';
import type { WorkRecord } from '../core/state.ts';
import { fill } from './environment.ts';
import type { OutputTail } from './output.ts';
import type { WorkerWorld } from './world.ts';

interface Proof {
  readonly stage: Stage;
  readonly record: WorkRecord;
  readonly commit: string | null;
  readonly tail: OutputTail;
  /** What `{id}` and the like stand for in `file:PATH`. */
  readonly values: Readonly<Record<string, string>>;
}

/** The first requirement that does not hold, in words; null if all do. */
export const findMissing = async (world: WorkerWorld, proof: Proof): Promise<string | null> => {
  for (const asked of proof.stage.requires) {
    const requirement = asked.startsWith('file:') ? fill(asked, proof.values) : asked;
    if (!(await holds(world, proof, requirement))) return requirement;
  }
  return null;
};

const holds = async (world: WorkerWorld, proof: Proof, requirement: string): Promise<boolean> => {
  const { record, commit } = proof;
  const worktree = record.place?.worktree ?? world.journal.plan.root;
  const [kind, value] = splitOnce(requirement);
  switch (kind) {
    case 'commit':
      return commit !== null && commit !== (record.boundaries[record.stage_index] ?? record.place?.base_commit);
    case 'clean':
      return world.repository === null || (await world.repository.worktreeStatus(worktree)).changed.length === 0;
    case 'pushed': {
      if (world.repository === null || record.place === null) return false;
      const { push_remote } = world.journal.plan.settings;
      const head = await world.repository.remoteHead(push_remote, record.place.branch);
      return head.reached && head.commit === commit;
    }
    case 'file':
      return world.files.exists(worktree, value);
    case 'pattern':
      return proof.tail.lines().some((line) => new RegExp(value, 'u').test(line));
    default:
      return false;
  }
};

const splitOnce = (requirement: string): readonly [string, string] => {
  const at = requirement.indexOf(':');
  return at < 0 ? [requirement, ''] : [requirement.slice(0, at), requirement.slice(at + 1)];
};
