/** `git worktree list`. */
import { output } from './context.ts';
import type { Context } from './context.ts';

interface Listed {
  readonly path: string;
  readonly branch: string | null;
  readonly head: string | null;
}

/** See the port. */
export async function listWorktrees(context: Context): Promise<readonly Listed[]> {
  const args = ['worktree', 'list', '--porcelain', '-z'];
  const text = await context.lock(() => output(context, args, { cwd: context.commonDir }));
  return text
    .split('\0\0')
    .filter((block) => block !== '')
    .map(parseBlock);
}

function parseBlock(block: string): Listed {
  const fields = new Map(
    block.split('\0').map((line) => {
      const cut = line.indexOf(' ');
      return cut < 0 ? [line, ''] : [line.slice(0, cut), line.slice(cut + 1)];
    }),
  );
  const head = fields.get('HEAD') ?? null;
  return {
    path: fields.get('worktree') ?? '',
    branch: fields.get('branch')?.replace(/^refs\/heads\//, '') ?? null,
    head: head === null || /^0+$/.test(head) ? null : head,
  };
}
