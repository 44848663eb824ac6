/** `git worktree list`. */
import { GitError, complaint } from './context.ts';
import type { Context } from './context.ts';
import { worktreeCommand } from './worktrees.ts';

interface Listed {
  readonly path: string;
  readonly branch: string | null;
  readonly head: string | null;
  readonly isGone: boolean;
}

/** See the port. */
export async function listWorktrees(context: Context): Promise<readonly Listed[]> {
  const run = await context.lock(() => worktreeCommand(context, ['list', '--porcelain', '-z']));
  if (run.code !== 0) throw new GitError(`git worktree list: ${complaint(run)}`);
  return run.stdout
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
    isGone: fields.has('prunable'),
  };
}
