/** Which variables git processes see. */

type Environment = Readonly<Record<string, string>>;

/** What git sets for its own hooks to say which repository it is in. A daemon that was started from a hook must not be misled by it. */
const repositoryVariables = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INDEX_VERSION',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_PUSH_OPTION_COUNT',
  'GIT_QUARANTINE_PATH',
  'GIT_REFLOG_ACTION',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** Noise on stderr, other matching rules and other identities would change what plumbing does or says. */
const isUnwantedInPlumbing = (name: string): boolean =>
  /^GIT_(TRACE|TR2|AUTHOR_|COMMITTER_|(GLOB|NOGLOB|ICASE|LITERAL)_PATHSPECS?|DEFAULT_HASH|DIFF_OPTS|EXTERNAL_DIFF|FLUSH)/.test(
    name,
  );

/** The user's environment less what points to a repository. Nothing may ask for a password: there is nobody to answer. */
export function userEnvironment(env: Environment, token: string | undefined): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !repositoryVariables.has(name));
  const asks = env['SSH_ASKPASS'] === undefined && env['GIT_ASKPASS'] === undefined;
  return {
    ...Object.fromEntries(kept),
    // ssh would ask on the worker's terminal and wait for ever; `false` answers every question with no.
    ...(asks ? { SSH_ASKPASS: 'false', SSH_ASKPASS_REQUIRE: 'force' } : {}),
    GIT_TERMINAL_PROMPT: '0',
    ...(token === undefined ? {} : { WF_ATTEMPT_TOKEN: token }),
  };
}

/** The environment of git commands whose words we read: English, no tracing, no lock taken for mere convenience. */
export function plumbingEnvironment(env: Environment, token: string | undefined): Record<string, string> {
  const kept = Object.entries(userEnvironment(env, token)).filter(([name]) => !isUnwantedInPlumbing(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', LANGUAGE: '', GIT_OPTIONAL_LOCKS: '0' };
}
