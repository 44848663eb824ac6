import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is neither null, undefined nor false, and gives it. Throws with `reason` after
 * `withinMs`. For states that no event announces.
 */
export const eventually = async <T>(
  reason: string,
  ask: () => T | Promise<T>,
  withinMs = 60_000,
): Promise<Exclude<T, null | undefined | false>> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer as Exclude<T, null | undefined | false>;
    }
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${reason}`);
    await delay(5);
  }
};
