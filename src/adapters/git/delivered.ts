/** Refs that keep what was delivered or saved from being lost. */
import { output, persist } from './context.ts';
import type { Context } from './context.ts';
import { createRef, moveRef, readRef } from './refs.ts';

const deliveredPrefix = 'refs/wf/delivered/';

/** See the port. */
export async function pinDelivered(context: Context, id: string, commit: string): Promise<void> {
  const ref = `${deliveredPrefix}${id}`;
  await context.lock(async () => {
    if (await createRef(context, ref, commit)) return;
    const before = await readRef(context, ref);
    if (before === null || before === commit) return;
    await createRef(context, `refs/wf/delivered-before/${id}/${before}`, before);
    await moveRef(context, ref, { from: before, to: commit });
  });
}

/** See the port. */
export async function delivered(context: Context): Promise<ReadonlyMap<string, string>> {
  const refs = await listRefs(context, deliveredPrefix);
  return new Map(refs.map(({ ref, commit }) => [ref.slice(deliveredPrefix.length), commit]));
}

/** See the port. */
export const saved = (context: Context): Promise<readonly { readonly ref: string; readonly commit: string }[]> =>
  listRefs(context, 'refs/wf/saved/');

async function listRefs(context: Context, prefix: string): Promise<readonly { ref: string; commit: string }[]> {
  const text = await output(context, ['for-each-ref', '--format=%(refname)%09%(objectname)', prefix], {
    cwd: context.commonDir,
  });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [ref = '', commit = ''] = line.split('\t');
    return { ref, commit };
  });
}

/** Deletes one of our own refs; others are none of our business. */
export async function deleteRef(context: Context, ref: string): Promise<void> {
  if (!ref.startsWith('refs/wf/')) throw new Error(`not a ref of ours: ${ref}`);
  await context.lock(async () => {
    await persist(() => context.git(['update-ref', '-d', ref], { cwd: context.commonDir }));
  });
}
