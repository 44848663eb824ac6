/** Which variables of the caller reach scheduler, workers and stages, and how their secrets are kept out of sight. */

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that say where the caller is, not what a stage needs; each kind with its reason. */
const dropped: readonly RegExp[] = [
  // The caller's tmux: a stage in it would act on the pane of somebody else.
  /^TMUX/,
  // The repository of a hook or alias that called us: git in a worktree would work on that one.
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|INDEX_VERSION|OBJECT_DIRECTORY|COMMON_DIR|PREFIX|NAMESPACE|GRAFT_FILE|SHALLOW_FILE)$/,
  /^GIT_(ALTERNATE_|INTERNAL_|QUARANTINE_|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|REFLOG_ACTION|CONFIG$|CONFIG_PARAMETERS|PUSH_OPTION_)/,
  // An agent that called us: the agents of our stages would take themselves for parts of it.
  /^CLAUDECODE$/,
  /^CLAUDE_CODE_(?!OAUTH_TOKEN$|USE_|MAX_|SKIP_|API_|DISABLE_|ENABLE_|CLIENT_|SUBAGENT_MODEL$|GIT_BASH_PATH$|SHELL)/,
  /^CODEX_(\w*SANDBOX\w*|THREAD_ID|SESSION_ID|INTERNAL_\w+)$/,
  /^(GEMINI_CLI|CURSOR_AGENT|CURSOR_TRACE_ID|OPENCODE|AI_AGENT)$/,
  // Our own flags, and what an outer stage was told.
  /^WF_(BATCH|WORK|STAGE|ATTEMPT|PARAM)(_|$)/,
  /^WF_(BASE|BRANCH|REPO_ROOT|SLOT|PORTS|RESULT_FILE|PROMPT_FILE|ANSWER)$/,
  // The caller's shell and terminal.
  /^(_|PWD|OLDPWD|SHLVL|COLUMNS|LINES|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE|NODE_UNIQUE_ID)$/,
];

/** Whether a variable of the caller is kept from scheduler, workers and stages. */
export const isDropped = (name: string): boolean => dropped.some((pattern) => pattern.test(name));

/** The caller's environment less what is dropped. A copy, in the order of names. */
export const captureEnvironment = (env: Environment): Record<string, string> => {
  const kept: [string, string][] = [];
  for (const name of Object.keys(env).sort()) {
    const value = env[name];
    if (value !== undefined && !isDropped(name)) kept.push([name, value]);
  }
  return Object.fromEntries(kept);
};

/** What stands where a secret was. */
export const mask = '***';

/** A text in which the secrets of an environment are masked. For many texts of one environment use `makeMask`. */
export const maskSecrets = (text: string, env: Environment): string => makeMask(env)(text);

/**
 * A function that masks the values of variables whose names speak of a secret, and passwords in URLs of any. Values shorter than 8
 * characters and plain numbers stay: they are words of ordinary text. Of a value with several lines each is masked.
 */
export const makeMask = (env: Environment): ((text: string) => string) => {
  const secrets = environmentSecrets(env);
  if (secrets.length === 0) return (text) => text;
  const pattern = new RegExp(secrets.map((secret) => secret.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(pattern, mask);
};

/** What `makeMask` masks, longest first. */
export const environmentSecrets = (env: Environment): readonly string[] => {
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    const own = isSecretName(name) ? [value, ...value.split(/\r?\n/)] : [];
    for (const part of [...own, ...passwordsIn(value)])
      if (part.trim().length >= 8 && !/^\d+$/.test(part)) secrets.add(part.trim());
  }
  return [...secrets].sort((left, right) => right.length - left.length);
};

/** `postgres://user:password@host`, as in `DATABASE_URL`. */
const passwordsIn = (value: string): readonly string[] =>
  [...value.matchAll(/\w:\/\/[^\s:@/]*:([^\s@/]+)@/g)].map((match) => match[1] ?? '');

/** Whether a variable's name says that its value is a secret: `GITHUB_TOKEN`, `apiKey`, `DB_PASSWORD`; not `KEYBOARD`, `KEY_FILE`. */
export const isSecretName = (name: string): boolean =>
  (/TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY/i.test(name) || /(^|_)(KEYS?|PAT|PASS|AUTH)(_|$)/i.test(name)) &&
  !/_(FILE|PATH|DIR|SOCK|TTL_MS|EXPIRES?|TOKENS)$/i.test(name);
