/** The ports of a slot: a block of its own, moved on past blocks in which somebody listens. */
import type { WorkerWorld } from './world.ts';

const blocks = 50;

/** A block that was found free a moment ago is not tried again. */
const freshMs = 5000;
const leased = new WeakMap<object, { readonly first: number; readonly atMs: number }>();

/** The first port of a free block. After 50 busy blocks the slot's own one is given all the same: its stages will say what is wrong. */
export const leasePorts = async (world: WorkerWorld): Promise<number> => {
  const now = world.clock.elapsed();
  const last = leased.get(world);
  if (last !== undefined && now - last.atMs < freshMs) return last.first;
  const first = await findBlock(world);
  leased.set(world, { first, atMs: now });
  return first;
};

const findBlock = async ({ journal, networkPorts, worker }: WorkerWorld): Promise<number> => {
  const { port_base, ports_per_slot } = journal.plan.settings;
  const slot = Number(worker.slice('worker-'.length));
  // Slots step over each other's blocks: slot s takes block s-1, then s-1+stride, …
  const stride = Math.max(journal.plan.settings.max_parallel, slot);
  const own = port_base + (slot - 1) * ports_per_slot;
  for (let i = 0; i < blocks; i++) {
    const first = own + i * stride * ports_per_slot;
    if (first + ports_per_slot > 65_535) break;
    if (await networkPorts.areFree(first, ports_per_slot)) return first;
  }
  return own;
};
