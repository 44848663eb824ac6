import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureEnvironment, isSecretName, maskSecrets } from '../../src/protocol/environment.ts';

test("the caller's place is left behind, and what a stage needs is kept", () => {
  const dropped = [
    'TMUX',
    'TMUX_PANE',
    'GIT_DIR',
    'GIT_INDEX_FILE',
    'GIT_WORK_TREE',
    'GIT_OBJECT_DIRECTORY',
    'GIT_COMMON_DIR',
    'GIT_PREFIX',
    'GIT_NAMESPACE',
    'GIT_ALTERNATE_OBJECT_DIRECTORIES',
    'CLAUDECODE',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_SSE_PORT',
    'CODEX_SANDBOX',
    'CODEX_SANDBOX_NETWORK_DISABLED',
    'WF_BATCH_PARALLEL',
    'WF_WORK_ID',
    'WF_ATTEMPT_TOKEN',
    'WF_ATTEMPT',
    'WF_PARAM_X',
    'WF_RESULT_FILE',
    'WF_PROMPT_FILE',
    'WF_STAGE_INDEX',
    'PWD',
    'COLUMNS',
  ];
  const kept = [
    'PATH',
    'HOME',
    'TERM',
    'LANG',
    'GIT_SSH_COMMAND',
    'GIT_AUTHOR_NAME',
    'GIT_AUTHOR_DATE',
    'GIT_CONFIG_COUNT',
    'GIT_CONFIG_KEY_0',
    'GIT_TERMINAL_PROMPT',
    'SSH_AUTH_SOCK',
    'ANTHROPIC_API_KEY',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CODE_USE_BEDROCK',
    'CODEX_HOME',
    'NODE_OPTIONS',
    'PORT',
  ];
  const captured = captureEnvironment(Object.fromEntries([...dropped, ...kept].map((name) => [name, 'x'])));
  assert.deepEqual(Object.keys(captured), [...kept].sort());
});

test('an absent variable is no empty one', () => {
  assert.deepEqual(captureEnvironment({ A: undefined, B: '' }), { B: '' });
});

test('secrets are masked wherever they stand, the longest first', () => {
  const env = {
    GITHUB_TOKEN: 'ghp_12345678',
    API_KEY: 'ghp_12345678-longer',
    SHORT_TOKEN: 'abc',
    USER: 'somebody-long',
    MAX_OUTPUT_TOKENS: '32000000',
    PRIVATE_KEY: 'line-one-of-it\nline-two-of-it',
    REGEX_SECRET: 'a.*b(c)[d',
  };
  assert.equal(maskSecrets('x ghp_12345678-longer y ghp_12345678 z', env), 'x *** y *** z');
  assert.equal(maskSecrets('abc somebody-long 32000000', env), 'abc somebody-long 32000000');
  assert.equal(maskSecrets('line-two-of-it and a.*b(c)[d', env), '*** and ***');
  assert.equal(maskSecrets('axxb', env), 'axxb');
});

test('a name speaks of a secret by its words', () => {
  for (const name of [
    'GITHUB_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWORD',
    'OPENAI_API_KEY',
    'npm_config__authToken',
    'GH_PAT',
  ])
    assert.ok(isSecretName(name), name);
  for (const name of ['KEYBOARD', 'SSH_AUTH_SOCK', 'TOKEN_FILE', 'MONKEY', 'PATH', 'XAUTHORITY'])
    assert.ok(!isSecretName(name), name);
});
