/**
 * The agents that have a preset, in words: how each is told its prompt, and what its permission flags let it do. The
 * command lines themselves are under `agents` in the shipped config.json. Each names the page that documents its flags.
 */

export interface AgentNotes {
  /** The pages that document the preset's flags. */
  readonly pages: readonly string[];
  readonly prompt: string;
  readonly permissions: string;
  /** How to give it less, or more safely. */
  readonly tighter: string;
  /** It can neither run commands nor write the result file: nothing that needs one may be asked of it. */
  readonly isEditorOnly: boolean;
}

export const agentNotes: Readonly<Record<string, AgentNotes>> = {
  claude: {
    pages: ['https://code.claude.com/docs/en/cli-reference', 'https://code.claude.com/docs/en/permission-modes'],
    prompt: 'on standard input; `-p` prints and exits instead of opening a session',
    permissions:
      '`--permission-mode acceptEdits` edits files of the worktree without asking, `--allowedTools` lets it read, edit and run any command in Bash, `--add-dir {files}` lets it read the work file and write the result file. Whatever else would be asked is denied, since nobody is there. `--output-format stream-json --verbose` is what the activity is read from.',
    tighter:
      'name single commands, such as `--allowedTools "Bash(git *),Bash(npm test *),Read,Edit,Write,Glob,Grep"`. `bypassPermissions` gives more and is meant for containers.',
    isEditorOnly: false,
  },
  codex: {
    pages: ['https://developers.openai.com/codex/noninteractive', 'https://developers.openai.com/codex/cli/reference'],
    prompt: 'on standard input, which `-` says',
    permissions:
      '`--sandbox danger-full-access` runs commands outside the sandbox: its `workspace-write` keeps `.git` read-only, also that of a worktree, and then no stage can commit. `-c approval_policy=never` asks nobody. `--json` is what the activity is read from.',
    tighter:
      'run the batch in a container or a virtual machine of its own. With a Codex that can allow writes to git in its sandbox, take `--sandbox workspace-write --add-dir {files}`.',
    isEditorOnly: false,
  },
  gemini: {
    pages: ['https://geminicli.com/docs/cli/headless', 'https://geminicli.com/docs/reference/configuration'],
    prompt: 'on standard input, to which `--prompt` points; with it no session is opened',
    permissions:
      '`--approval-mode yolo` runs every tool without asking; `auto_edit` would wait for a yes before each command. `--include-directories {files}` lets it read the work file and write the result file. If trusted folders are switched on, trust the repository first, else the mode falls back to asking.',
    tighter: 'add `--sandbox`, which needs Docker or Podman, or run the batch in a container.',
    isEditorOnly: false,
  },
  aider: {
    pages: ['https://aider.chat/docs/scripting.html', 'https://aider.chat/docs/config/options.html'],
    prompt: 'as a file, by `--message-file`; the work file is given by `--read`',
    permissions:
      '`--yes-always` confirms edits, `--no-suggest-shell-commands` and `--no-detect-urls` keep it from commands and from the network, `--auto-commits` commits each edit, `--no-dirty-commits` and `--no-gitignore` leave everything else alone.',
    tighter: 'it can do no more than edit files of the worktree and commit them.',
    isEditorOnly: true,
  },
  opencode: {
    pages: ['https://opencode.ai/docs/cli', 'https://opencode.ai/docs/permissions'],
    prompt: 'as the one argument of `run`',
    permissions:
      '`--auto` allows what opencode would ask for; what its own config denies stays denied. `--format json` prints one event a line.',
    tighter: 'deny single tools or commands under `permission` in opencode.json.',
    isEditorOnly: false,
  },
};

/** In the order in which they are named to a person. */
export const agentNames: readonly string[] = [...Object.keys(agentNotes), 'shell'];
