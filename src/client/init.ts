/** `init`: a small config that works, to begin with. */
import type { Client } from './client.ts';

/** Writes `.wf/config.json` unless it is there; gives its path and whether it was written. */
export const writeFirstConfig = async (client: Client): Promise<{ readonly file: string; readonly isNew: boolean }> => {
  const file = `${client.store.directory}/config.json`;
  const machine = await client.openMachine();
  if ((await machine.look(file)).kind !== 'nothing') return { file, isNew: false };
  await client.prepareFolder();
  const config = client.repository === null ? folderConfig : repositoryConfig;
  return { file, isNew: await machine.writeNew(file, `${JSON.stringify(config, null, 2)}\n`) };
};

/** One commit a work, so that the first run shows worktree, branch and push. */
const repositoryConfig = {
  default_workflow: 'shell',
  batch: { default_parallel: 2 },
  workflows: {
    shell: {
      stages: [
        {
          name: 'work',
          run: 'printf "%s: %s\\n" "$WF_WORK_ID" "$WF_WORK_TITLE" > "$WF_WORK_ID.txt" && git add "$WF_WORK_ID.txt" && git commit -q -m "$WF_WORK_ID: $WF_WORK_TITLE"',
          timeout: '30m',
          requires: ['commit', 'clean'],
        },
        { name: 'check', run: 'test -s "$WF_WORK_ID.txt"', timeout: '10m' },
      ],
    },
  },
};

/** Outside a repository there is nothing to branch or push. */
const folderConfig = {
  default_workflow: 'shell',
  batch: { default_parallel: 2 },
  workflows: {
    shell: {
      worktree: false,
      stages: [{ name: 'work', run: 'printf "%s: %s\\n" "$WF_WORK_ID" "$WF_WORK_TITLE"', timeout: '30m' }],
    },
  },
};
