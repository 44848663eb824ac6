import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../src/ports/problem.ts';
import { configJsonSchema, configSchema, keysAt } from '../../src/protocol/config-schema.ts';
import { parseConfig } from '../../src/protocol/config.ts';
import type { Config } from '../../src/protocol/config.ts';
import { environmentOf, runsAlone, toSettings, toWorkflow } from '../../src/protocol/settings.ts';

/** Beside `test`, or beside the `dist` that holds the compiled one. */
const shippedFile = ['../../config.json', '../../../config.json']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));
if (shippedFile === undefined) throw new Error('config.json is not where it should be');
const shipped = { text: readFileSync(shippedFile, 'utf8'), file: 'config.json' };
const file = '.wf/config.json';
const over = (json: unknown): Config => parseConfig(shipped, { text: JSON.stringify(json), file });
const problemOf = (text: string): Problem => {
  try {
    parseConfig(shipped, { text, file });
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `accepted: ${text}` });
};

/** The sample of the specification. */
const sample = {
  default_base_branch: 'main',
  default_workflow: 'wf',
  agents: { claude: { command: 'claude', model: null, flags: [], parser: 'claude-stream-json' } },
  branch_prefix: { FEAT: 'feat', FIX: 'fix', REFACTOR: 'refactor', CHORE: 'chore', RFC: 'rfc' },
  batch: {
    default_parallel: 2,
    max_parallel: 5,
    auto_worktree: true,
    cleanup_worktree: true,
    on_failure: 'skip-dependents',
    dependency_base: 'stack',
    confirm_above: 200,
    stop_grace: '10s',
    cooldown: '0s',
    max_works: null,
    dependency_patterns: [],
    sources: [],
  },
  worktree: {
    enabled: true,
    root_dir: '.worktrees',
    copy: ['.env'],
    link: [],
    setup: null,
    setup_timeout: '10m',
    port_base: 20000,
    ports_per_slot: 20,
    min_free_disk: '1GB',
  },
  push: { enabled: true, remote: 'origin', when: 'end' },
  retry: { max_attempts: 3, initial: '60s', factor: 2, max: '1h', jitter: 0.2 },
  timeouts: { stage: '30m', idle: null },
  resources: { anthropic: { slots: 2, per_minute: 30, cooldown: '60s', patterns: [] } },
  env: { KEY: 'value' },
  workflows: {
    wf: {
      stages: [
        { name: 'wf1-kickoff', run: '…' },
        { name: 'wf6-verify', run: ['npm', 'test'], timeout: '20m', requires: ['clean'] },
      ],
    },
    quick: { worktree: false, stages: [{ name: 'run', run: 'true' }] },
  },
  notify: { desktop: false, webhook: null, command: null, on: ['end', 'failure', 'attention'] },
  server: { host: '127.0.0.1', port: 0 },
  budget: { cost_usd: null, tokens: null, minutes: null },
};

test('the shipped config holds every key with its default', () => {
  const missing = (json: Record<string, unknown>, path: readonly string[]): string[] =>
    keysAt(path).flatMap((key) => {
      if (!Object.hasOwn(json, key)) return [[...path, key].join('.')];
      const value = json[key];
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? missing(value as Record<string, unknown>, [...path, key])
        : [];
    });
  const json = JSON.parse(shipped.text) as Record<string, unknown>;
  assert.deepEqual(missing({ ...json, workflows: {}, agents: {} }, []), []);
  const config = parseConfig(shipped, null);
  assert.equal(config.batch.default_parallel, 2);
  assert.deepEqual(
    toWorkflow(config, 'wf').stages.map(({ name }) => name),
    ['wf1-kickoff', 'wf2-spec', 'wf3-plan', 'wf4-review', 'wf5-implement', 'wf6-verify'],
  );
  assert.deepEqual(
    toWorkflow(config, 'wf').stages.map(({ max_visits }) => max_visits),
    [3, 3, 3, 3, 30, 3],
  );
});

test('the sample of the specification is a config', () => {
  const config = over(sample);
  assert.equal(config.batch.stop_grace_ms, 10_000);
  assert.equal(config.worktree.min_free_disk_bytes, 2 ** 30);
  assert.deepEqual(config.resources, { anthropic: { slots: 2, per_minute: 30, cooldown_ms: 60_000, patterns: [] } });
  assert.deepEqual(toSettings(config, '/r').worktree_root, '/r/.worktrees');
  const [, verify] = toWorkflow(config, 'wf').stages;
  assert.deepEqual(verify, {
    name: 'wf6-verify',
    run: ['npm', 'test'],
    timeout_ms: 1_200_000,
    idle_timeout_ms: null,
    retry: { max_attempts: 3, initial_ms: 60_000, factor: 2, max_ms: 3_600_000, jitter: 0.2 },
    uses: [],
    requires: ['clean'],
    env: ['KEY'],
    parser: null,
    max_visits: 3,
    on_waiting: 'wait',
  });
  assert.equal(toWorkflow(config, 'quick').worktree, false);
  assert.ok(configSchema.safeParse(sample).success);
});

test('objects merge deeply, arrays replace, and a stage keeps what it says itself', () => {
  const config = over({
    retry: { max_attempts: 5 },
    timeouts: { idle: '5m' },
    agents: { claude: { model: 'opus', flags: ['-p'] } },
    workflows: {
      wf: {
        stages: [
          { name: 'a', run: 'x', agent: 'claude', idle_timeout: null, retry: { initial: '1s' }, env: { B: '2' } },
        ],
      },
      other: { stages: [{ name: 'a', run: 'x' }] },
    },
    env: { A: 'secret-value' },
  });
  const [stage] = toWorkflow(config, 'wf').stages;
  assert.deepEqual(stage?.retry, { max_attempts: 5, initial_ms: 1000, factor: 2, max_ms: 3_600_000, jitter: 0.2 });
  assert.equal(stage?.idle_timeout_ms, null);
  assert.equal(toWorkflow(config, 'other').stages[0]?.idle_timeout_ms, 300_000);
  assert.equal(stage?.parser, 'claude-stream-json');
  assert.deepEqual(config.agents['claude'], {
    command: 'claude',
    model: 'opus',
    flags: ['-p'],
    parser: 'claude-stream-json',
  });
  assert.deepEqual(stage?.env, ['A', 'B']);
  assert.ok(!JSON.stringify([toWorkflow(config, 'wf'), toSettings(config, '/r')]).includes('secret-value'));
  assert.deepEqual(environmentOf(config), { all: { A: 'secret-value' }, stages: { wf: { a: { B: '2' } }, other: {} } });
});

test('a workflow that does not say so itself follows the switches for worktrees', () => {
  const config = over({
    worktree: { enabled: false },
    workflows: { own: { worktree: true, stages: [{ name: 'a', run: 'x' }] } },
  });
  assert.equal(toWorkflow(config, 'wf').worktree, false);
  assert.equal(toWorkflow(config, 'own').worktree, true);
  assert.deepEqual(
    [runsAlone(config, 'wf'), runsAlone(config, 'own'), runsAlone(over({}), 'wf')],
    [true, false, false],
  );
});

test('an unknown workflow is refused with the known ones', () => {
  for (const name of ['fast', 'constructor', '__proto__']) {
    assert.throws(() => toWorkflow(over(sample), name), {
      name: 'Problem',
      what: `there is no workflow \`${name}\``,
      hint: 'known workflows: wf, quick',
    });
  }
});

test('sources may be written as on the command line', () => {
  const { sources } = over({
    batch: { sources: ['github=label:a', 'md=docs', { type: 'jira', query: 'project = X' }] },
  }).batch;
  assert.deepEqual(sources, [
    { type: 'github', query: 'label:a' },
    { type: 'markdown', query: 'docs' },
    { type: 'jira', query: 'project = X' },
  ]);
});

test('a config that cannot be used is refused with file, line, column and key', () => {
  const stages = (json: string): string => `{"workflows": {"x": {"stages": ${json}}}}`;
  const table: readonly (readonly [string, string, string])[] = [
    ['', '.wf/config.json is no JSON: it ends too early', ':1:1'],
    ['{\n  "batch": {"cooldown": "1s",\n}', '.wf/config.json is no JSON: a comma before "}"', ':3:1: }'],
    ['{"a": 1', '.wf/config.json is no JSON: it ends too early', ':1:8: {"a": 1'],
    ['{"a" 1}', '.wf/config.json is no JSON: a colon is missing between the name and its value', ':1:6: {"a" 1}'],
    ['{"a": 1 "b": 2}', '.wf/config.json is no JSON: a comma or "}" is missing before this', ':1:9: {"a": 1 "b": 2}'],
    ['{"a": "x\ny"}', '.wf/config.json is no JSON: this text has no closing double quote', ':1:7: {"a": "x'],
    [
      '{"a": "\\d"}',
      '.wf/config.json is no JSON: a backslash begins an escape, and this is none; write \\\\ for a backslash',
      ':1:8: {"a": "\\d"}',
    ],
    ['[]', 'the config cannot be used: an object is expected, not a list', ':1:1: []'],
    [
      '{"batch": {\n  "max_paralel": 3}}',
      'the config cannot be used: unknown key `batch.max_paralel`; did you mean `max_parallel`?',
      ':2:3: "max_paralel": 3}}',
    ],
    [
      '{"worktre": {}}',
      'the config cannot be used: unknown key `worktre`; did you mean `worktree`?',
      ':1:2: {"worktre": {}}',
    ],
    ['{"__proto__": {}}', 'the config cannot be used: unknown key `__proto__`', ':1:2: {"__proto__": {}}'],
    [
      '{"batch": {"max_parallel": "3"}}',
      'the config cannot be used: `batch.max_parallel`: a whole number from 1 to 10000 is expected, not "3"',
      ':1:28: {"batch": {"max_parallel": "3"}}',
    ],
    [
      '{"batch": null}',
      'the config cannot be used: `batch`: an object is expected, not null',
      ':1:11: {"batch": null}',
    ],
    [
      '{"timeouts": {"stage": 30}}',
      'the config cannot be used: `timeouts.stage`: a duration such as "90s", "30m" or "2h" is expected, not 30',
      ':1:24: {"timeouts": {"stage": 30}}',
    ],
    [
      '{"worktree": {"min_free_disk": "1"}}',
      'the config cannot be used: `worktree.min_free_disk`: a size such as "500MB" or "1GB" is expected, not "1"',
      ':1:32: {"worktree": {"min_free_disk": "1"}}',
    ],
    [
      '{"batch": {"on_failure": "stop"}}',
      'the config cannot be used: `batch.on_failure`: one of "skip-dependents", "stop-new", "stop-all" is expected, not "stop"',
      ':1:26: {"batch": {"on_failure": "stop"}}',
    ],
    [
      '{"env": {"A B": "x"}}',
      'the config cannot be used: `env.A B`: a name of a variable (letters, digits and "_") is expected, not "A B"',
      ':1:10: {"env": {"A B": "x"}}',
    ],
    [
      '{"default_workflow": "nope"}',
      'the config cannot be used: `default_workflow` names `nope`, which is not under `workflows`',
      ':1:22: {"default_workflow": "nope"}',
    ],
    ['{"agents": {"x": {}}}', 'the config cannot be used: agent `x` has no command', ':1:18: {"agents": {"x": {}}}'],
    [stages('[]'), 'the config cannot be used: workflow `x` has no stages', `:1:32: ${stages('[]')}`],
    [
      stages('[{"run": "x"}]'),
      'the config cannot be used: `workflows.x.stages[0]` has no name',
      `:1:33: ${stages('[{"run": "x"}]')}`,
    ],
    [
      stages('[{"name": "a"}]'),
      'the config cannot be used: stage `a` of workflow `x` has neither `run` nor `tree` nor `prompt`',
      `:1:33: ${stages('[{"name": "a"}]')}`,
    ],
    [
      stages('[{"name": "a", "run": "x", "agent": "claude", "prompt": "prompts/a.md"}]'),
      'the config cannot be used: stage `a` of workflow `x` has both `run` and `prompt`',
      `:1:33: ${stages('[{"name": "a", "run": "x", "agent": "claude", "prompt": "prompts/a.md"}]')}`,
    ],
    [
      stages('[{"name": "a", "prompt": "prompts/a.md"}]'),
      'the config cannot be used: stage `a` of workflow `x` has a `prompt` and no `agent`',
      `:1:33: ${stages('[{"name": "a", "prompt": "prompts/a.md"}]')}`,
    ],
    [
      stages('[{"name": "a", "agent": "cloud", "prompt": "prompts/a.md"}]'),
      'the config cannot be used: stage `a` of workflow `x` names the agent `cloud`, which is not under `agents`',
      `:1:33: ${stages('[{"name": "a", "agent": "cloud", "prompt": "prompts/a.md"}]')}`,
    ],
    ...[
      'a.md',
      '/etc/passwd',
      'prompts/../config.json',
      'prompts/a/../../b',
      'prompts/./a',
      'prompts//a',
      'prompts/',
    ].map((path): [string, string, string] => [
      stages(`[{"name": "a", "agent": "claude", "prompt": "${path}"}]`),
      `the config cannot be used: \`workflows.x.stages[0].prompt\`: a file below .wf/prompts such as "prompts/wf1-kickoff.md" is expected, not "${path}"`,
      `:1:76: ${stages(`[{"name": "a", "agent": "claude", "prompt": "${path}"}]`)}`,
    ]),
    [
      stages('[{"name": "a", "run": []}]'),
      'the config cannot be used: `workflows.x.stages[0].run`: a command: text for `sh -c`, or a list of at least one text is expected, not a list',
      `:1:54: ${stages('[{"name": "a", "run": []}]')}`,
    ],
    [
      stages('[{"name": "a", "run": "x"}, {"name": "a", "run": "y"}]'),
      'the config cannot be used: workflow `x` has two stages named `a`',
      `:1:69: ${stages('[{"name": "a", "run": "x"}, {"name": "a", "run": "y"}]')}`,
    ],
    [
      stages('[{"name": "a/b", "run": "x"}]'),
      'the config cannot be used: `workflows.x.stages[0].name`: a name (1 to 80 characters, no "/" and no control characters) is expected, not "a/b"',
      `:1:42: ${stages('[{"name": "a/b", "run": "x"}]')}`,
    ],
    [
      stages('[{"name": "a", "run": "x", "requires": ["pattern:("]}]'),
      'the config cannot be used: `workflows.x.stages[0].requires[0]`: commit, clean, pushed, file:PATH or pattern:REGULAR-EXPRESSION is expected, not "pattern:("',
      `:1:72: ${stages('[{"name": "a", "run": "x", "requires": ["pattern:("]}]')}`,
    ],
  ];
  for (const [text, what, where] of table) {
    const problem = problemOf(text);
    assert.deepEqual([problem.what, problem.where, problem.code], [what, `${file}${where}`, 'refused']);
    assert.notEqual(problem.hint, '');
  }
});

test('a hint for an unknown key lists the known ones', () => {
  assert.equal(problemOf('{"push": {"url": "x"}}').hint, 'known here: enabled, remote, when');
});

test('nesting without end is refused, not a crash', () => {
  for (const text of [
    '['.repeat(100_000),
    `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  ])
    assert.equal(problemOf(text).code, 'refused');
});

test('editors get a JSON Schema in which every object is closed', () => {
  const schema = configJsonSchema() as {
    properties: Record<string, { additionalProperties?: unknown }>;
    additionalProperties: unknown;
  };
  assert.equal(schema.additionalProperties, false);
  assert.equal(schema.properties['batch']?.additionalProperties, false);
  assert.deepEqual(Object.keys(schema.properties).sort(), [...keysAt([])].sort());
});

test('no text makes reading a config crash', () => {
  const counts = { read: 0, refused: 0 };
  const value = fc.oneof(fc.constantFrom('30m', '1GB', 'wf', true, 2, null, 'stack'), fc.jsonValue({ maxDepth: 2 }));
  const sections = Object.keys(sample) as (keyof typeof sample)[];
  const changed = fc.tuple(fc.constantFrom(...sections), fc.nat(), value).map(([section, place, json]) => {
    const old = sample[section];
    if (typeof old !== 'object') return { ...sample, [section]: json };
    const names = Object.keys(old);
    return { ...sample, [section]: { ...old, [names[place % names.length] as string]: json } };
  });
  const text = fc.oneof(
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.json() },
    { weight: 8, arbitrary: changed.map((json) => JSON.stringify(json)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(changed, fc.integer({ min: 1, max: 2000 }))
        .map(([json, cut]) => JSON.stringify(json, null, 1).slice(0, -cut)),
    },
  );
  fc.assert(
    fc.property(text, (candidate) => {
      try {
        const config = parseConfig(shipped, { text: candidate, file });
        toSettings(config, '/r');
        for (const name of Object.keys(config.workflows)) toWorkflow(config, name);
        counts.read++;
      } catch (error) {
        assert.ok(error instanceof Problem, `${String(error)} for ${candidate}`);
        counts.refused++;
      }
    }),
    { numRuns: 1500 },
  );
  console.log(`configs: ${JSON.stringify(counts)}`);
});

test('a tree has its defaults, stands in the plan as it is, and is no command', () => {
  const tree = { module: './visit.js', root: '{id}', output: 'out/{id}.yaml' };
  const config = over({ workflows: { wf: { stages: [{ name: 'walk', tree }] } } });
  const [stage] = toWorkflow(config, 'wf').stages;
  assert.deepEqual(stage?.tree, { ...tree, threads: 'auto', min_siblings: 5, min_subtree: 50 });
  assert.deepEqual(stage.run, ['tree', './visit.js', 'from', '{id}', 'to', 'out/{id}.yaml']);
});

test('a tree without a module, out of its folder, or beside a command is refused', () => {
  const stageWith = (more: object): string =>
    JSON.stringify({ workflows: { wf: { stages: [{ name: 'walk', ...more }] } } });
  const tree = { module: './visit.js', root: 'r', output: 'o' };
  for (const [more, expected] of [
    [{ tree: { root: 'r', output: 'o' } }, /stage `walk` of workflow `wf` is a tree without `module`$/],
    [{ tree: { ...tree, output: undefined } }, /is a tree without `output`$/],
    [{ tree, run: 'true' }, /has both `run` and `tree`$/],
    [
      { tree: { ...tree, module: '../visit.js' } },
      /`workflows\.wf\.stages\[0\]\.tree\.module`: a path below the folder/,
    ],
    [{ tree: { ...tree, module: '/visit.js' } }, /a path below the folder/],
    [{ tree: { ...tree, output: 'a/../../b' } }, /a path below the folder/],
    [{ tree: { ...tree, threads: 0 } }, /a whole number from 1 to 1024 is expected, not 0/],
    [{ tree: { ...tree, min_siblings: 0 } }, /a whole number from 1 is expected, not 0/],
    [
      { tree: { ...tree, thread: 2 } },
      /unknown key `workflows\.wf\.stages\[0\]\.tree\.thread`; did you mean `threads`\?/,
    ],
  ] as const)
    assert.match(problemOf(stageWith(more)).what, expected, JSON.stringify(more));
});
