/** The configs that `init` writes: to begin with, and to be edited. */
import type { AgentConfig } from '../protocol/config.ts';
import { agentNotes } from './agents.ts';

/** One commit a work, so that the first run shows worktree, branch and push. */
export const repositoryConfig = {
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
export const folderConfig = {
  default_workflow: 'shell',
  batch: { default_parallel: 2 },
  workflows: {
    shell: {
      worktree: false,
      stages: [{ name: 'work', run: 'printf "%s: %s\\n" "$WF_WORK_ID" "$WF_WORK_TITLE"', timeout: '30m' }],
    },
  },
};

/** The six stages, each with the file that shows that it was done. */
const stages = [
  { name: 'wf1-kickoff', proof: 'kickoff.md' },
  { name: 'wf2-spec', proof: 'spec.md' },
  { name: 'wf3-plan', proof: 'plan.md' },
  { name: 'wf4-review', proof: 'review.md' },
  { name: 'wf5-implement', proof: null, timeout: '1h', max_visits: 30 },
  { name: 'wf6-verify', proof: 'verify.md', timeout: '1h' },
] as const;

/**
 * The shipped workflow for an agent. Its stages share a resource of the agent's name, so that a quota that one of them
 * meets holds all of them.
 */
export const agentConfig = (name: string, agent: AgentConfig): object => ({
  default_workflow: 'wf',
  agents: { [name]: agent },
  batch: { default_parallel: 2 },
  resources: { [name]: { cooldown: '5m' } },
  workflows: {
    wf: {
      stages: stages.map(({ proof, ...stage }) => ({
        ...stage,
        agent: name,
        prompt: `prompts/${stage.name}.md`,
        uses: [name],
        requires: [
          ...(proof === null ? [] : [`file:docs/works/{id}/${proof}`]),
          // What aider keeps for itself lies in the worktree and is no change of the work.
          ...(agentNotes[name]?.isEditorOnly === true ? [] : ['clean']),
        ],
      })),
    },
  },
});

/** `.wf/prompts/README.md`: what the command line of the agent lets it do, and how the prompts reach it. */
export const promptsReadme = (name: string, agent: AgentConfig): string => {
  const notes = agentNotes[name];
  if (notes === undefined) return '';
  const command = [agent.command, ...agent.flags].map((word) => (/^[\w.,=/{}-]+$/.test(word) ? word : `'${word}'`));
  return `# Prompts for ${name}

One file for each stage of the workflow \`wf\` in \`.wf/config.json\`. Edit them: a batch that runs keeps the prompts that it
was started with, the next one takes the new ones. \`{id}\`, \`{title}\`, \`{work_file}\`, \`{result_file}\`, \`{branch}\`, \`{base}\`,
\`{attempt}\` and the names of a work's params are replaced when a stage starts.

The command line, from \`agents.${name}\`; a \`"model"\` there is added as \`--model\`:

    ${command.join(' ')}

- Prompt: ${notes.prompt}.
- Permissions: ${notes.permissions}
- Tighter: ${notes.tighter}
${notes.isEditorOnly ? `- Limits: ${name} runs no commands and cannot write the result file, so that it can neither repeat a stage, go back to\n  one, nor ask. Put \`.aider*\` into your .gitignore, else its own files keep a worktree from being removed.\n` : ''}- Flags are documented at ${notes.pages.join(' and ')}; they change with its versions: try the line once by hand.
`;
};
