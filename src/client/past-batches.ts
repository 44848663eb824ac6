/** What is remembered of each batch. Only the newest one can change; the others are read once. */
import type { BatchState } from '../core/state.ts';
import type { Client } from './client.ts';

export interface PastBatches<T> {
  /** By id, oldest first. A batch that cannot be read any more is left out. */
  readAll(): Promise<ReadonlyMap<string, T>>;
}

/** `make` is asked again for the newest batch when its journal has grown. */
export const makePastBatches = <T>(
  { store }: Pick<Client, 'store'>,
  make: (state: BatchState) => T,
): PastBatches<T> => {
  const known = new Map<string, { readonly seq: number; readonly value: T }>();
  const read = async (id: string): Promise<T | null> => {
    const journal = await store.openBatch(id);
    if (journal === null) return null;
    try {
      const state = await journal.read();
      const old = known.get(id);
      const value = old?.seq === state.seq ? old.value : make(state);
      known.set(id, { seq: state.seq, value });
      return value;
    } finally {
      await journal.close();
    }
  };
  return {
    readAll: async () => {
      const ids = await store.listBatches();
      const all = new Map<string, T>();
      for (const [n, id] of ids.entries()) {
        const old = n < ids.length - 1 ? known.get(id) : undefined;
        const value = old === undefined ? await read(id) : old.value;
        if (value !== null) all.set(id, value);
      }
      return all;
    },
  };
};
