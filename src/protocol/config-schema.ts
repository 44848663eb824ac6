/**
 * The schema of `config.json`, every key optional: it checks the user's file, and editors get it as JSON
 * Schema. Loading the schema library takes about 60 ms, so only what reads a config imports this.
 *
 * The error text of each value is what is expected of it, to be put before "is expected".
 */
import { z } from 'zod';
import { sourceTypes } from '../core/work.ts';
import { bytesPattern, parseBytes } from './bytes.ts';
import { durationPattern, parseDuration } from './duration.ts';
import { belowPattern } from './tree-settings.ts';

const expecting = (expected: string): { readonly error: string } => ({ error: expected });

const flag = z.boolean(expecting('true or false'));
const text = z.string(expecting('text'));
const line = z.string(expecting('text on one line')).regex(/^[^\p{Cc}]+$/u, expecting('text on one line'));
const texts = z.array(text, expecting('a list of texts'));

const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  const expected = expecting(`a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`);
  return z.int(expected).min(least, expected).max(most, expected);
};

const amount = (least: number, most = Number.MAX_VALUE) => {
  const expected = expecting(`a number from ${least}${most === Number.MAX_VALUE ? '' : ` to ${most}`}`);
  return z.number(expected).min(least, expected).max(most, expected);
};

const durationText = expecting('a duration such as "90s", "30m" or "2h"');
const duration = z
  .string(durationText)
  .regex(durationPattern, durationText)
  .refine((value) => parseDuration(value) !== null, expecting('a duration of at most 100 years'));

const sizeText = expecting('a size such as "500MB" or "1GB"');
const size = z
  .string(sizeText)
  .regex(bytesPattern, sizeText)
  .refine((value) => parseBytes(value) !== null, sizeText);

const nameText = expecting('a name (1 to 80 characters, no "/" and no control characters)');
const name = z.string(nameText).regex(/^(?!\.{1,2}$)(?!__proto__$)[^/\p{Cc}]{1,80}$/u, nameText);
const names = z.array(name, expecting('a list of names'));

const commandText = expecting('a command: text for `sh -c`, or a list of at least one text');
const command = z.union(
  [z.string(commandText).min(1, commandText), z.array(z.string(commandText), commandText).min(1, commandText)],
  commandText,
);

const patternText = expecting('a regular expression');
const pattern = z.string(patternText).refine((value) => isPattern(value), patternText);
const patterns = z.array(pattern, expecting('a list of regular expressions'));

const variable = z.string(expecting('text')).regex(/^[^\0]*$/, expecting('text without a NUL character'));
const variableName = expecting('a name of a variable (letters, digits and "_")');
const variables = z.record(
  z.string(variableName).regex(/^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/, variableName),
  variable,
  expecting('an object of texts'),
);

const object = <S extends z.core.$ZodLooseShape>(shape: S) => z.strictObject(shape, { error: objectError }).partial();

/** Strange keys keep the library's own message: `config.ts` has better words for them. */
const objectError = (issue: { readonly code?: string | undefined }): string | undefined =>
  issue.code === 'invalid_type' ? 'an object' : undefined;

const retry = object({
  max_attempts: whole(1, 1000),
  initial: duration,
  factor: amount(1, 100),
  max: duration,
  jitter: amount(0, 1),
});

const requirementText = expecting('commit, clean, pushed, file:PATH or pattern:REGULAR-EXPRESSION');
const requirement = z
  .string(requirementText)
  .regex(/^(?:commit|clean|pushed|file:.+|pattern:.+)$/s, requirementText)
  .refine((value) => !value.startsWith('pattern:') || isPattern(value.slice('pattern:'.length)), requirementText);

const promptText = expecting('a file below .wf/prompts such as "prompts/wf1-kickoff.md"');
const prompt = z.string(promptText).regex(/^prompts(?:\/(?!\.{1,2}(?:\/|$))[^/\\\p{Cc}]+)+$/u, promptText);

const waitingText = expecting('wait, fail or answer:TEXT');

const belowText = expecting('a path below the folder in which the stage runs, such as "./visit.js"');
/** Where `{name}` stands the value decides; the stage looks again. */
const below = z.string(belowText).regex(belowPattern, belowText);

const tree = object({
  module: below,
  root: text,
  threads: z.union([z.literal('auto'), whole(1, 1024)], expecting('"auto" or a whole number from 1')),
  min_siblings: whole(1),
  min_subtree: whole(1),
  output: below,
});

const stage = object({
  name,
  run: command,
  agent: name,
  prompt,
  tree,
  timeout: duration,
  idle_timeout: duration.nullable(),
  retry,
  uses: names,
  requires: z.array(requirement, expecting('a list of requirements')),
  env: variables,
  parser: name.nullable(),
  max_visits: whole(1, 10_000),
  on_waiting: z.string(waitingText).regex(/^(?:wait|fail|answer:.*)$/s, waitingText),
  waiting_patterns: patterns,
});

const workflow = object({
  worktree: flag,
  stages: z.array(stage, expecting('a list of stages')).max(1000, expecting('a list of at most 1,000 stages')),
});

const agent = object({ command: line, model: line.nullable(), flags: texts, parser: name.nullable() });

const resource = object({ slots: whole(1).nullable(), per_minute: whole(1).nullable(), cooldown: duration, patterns });

const sourceText = expecting('a source such as "github=label:ready" or {"type": "github", "query": "label:ready"}');
const source = z.union(
  [
    z.string(sourceText).regex(new RegExp(`^(?:${sourceTypes.join('|')}|md)=`), sourceText),
    z.strictObject({ type: z.enum(sourceTypes, sourceText), query: z.string(sourceText) }, sourceText),
  ],
  sourceText,
);

const prefixText = expecting('the first part of a branch such as "feat"');
const prefix = z
  .string(prefixText)
  .regex(/^(?!.*\.lock$)(?!.*\.\.)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/, prefixText);
const prefixName = expecting('upper-case letters and digits such as "FEAT"');

const map = <V extends z.core.SomeType>(value: V) => z.record(name, value, expecting('an object'));
const word = (...words: readonly [string, ...string[]]) =>
  z.enum(words, expecting(`one of ${words.map((each) => `"${each}"`).join(', ')}`));

const webAddress = z.string(expecting('a web address')).regex(/^https?:\/\/\S+$/, expecting('a web address'));

const serverText = expecting('the address of a server such as "https://git.example.com/api/v3"');
const serverAddress = z.string(serverText).regex(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/, serverText);

const budget = { cost_usd: amount(0).nullable(), tokens: whole(0).nullable(), minutes: amount(0).nullable() };

/** The user's `.wf/config.json`: every key may be absent, none may be unknown. */
export const configSchema = object({
  $schema: text,
  default_base_branch: line.nullable(),
  default_workflow: name,
  agents: map(agent),
  branch_prefix: z.record(z.string(prefixName).regex(/^[A-Z][A-Z0-9]*$/, prefixName), prefix, expecting('an object')),
  batch: object({
    default_parallel: whole(1, 10_000),
    max_parallel: whole(1, 10_000),
    auto_worktree: flag,
    cleanup_worktree: flag,
    on_failure: word('skip-dependents', 'stop-new', 'stop-all'),
    dependency_base: word('stack', 'base'),
    confirm_above: whole(0),
    stop_grace: duration,
    cooldown: duration,
    max_works: whole(1).nullable(),
    max_load: amount(0.01).nullable(),
    min_free_memory: size.nullable(),
    dependency_patterns: patterns,
    sources: z.array(source, expecting('a list of sources')),
  }),
  worktree: object({
    enabled: flag,
    root_dir: line,
    copy: z.array(line, expecting('a list of paths')),
    link: z.array(line, expecting('a list of paths')),
    setup: command.nullable(),
    setup_timeout: duration,
    port_base: whole(1, 65_535),
    ports_per_slot: whole(1, 10_000),
    min_free_disk: size,
  }),
  push: object({
    enabled: flag,
    remote: line.regex(/^[^-]/, expecting('the name of a remote')),
    when: word('stage', 'end'),
  }),
  retry,
  timeouts: object({ stage: duration, idle: duration.nullable() }),
  resources: map(resource),
  env: variables,
  workflows: map(workflow),
  notify: object({
    desktop: flag,
    webhook: webAddress.nullable(),
    command: command.nullable(),
    on: z.array(word('end', 'failure', 'attention'), expecting('a list of "end", "failure" and "attention"')),
  }),
  github: object({ base_url: serverAddress.nullable(), max_wait: duration }),
  jira: object({ base_url: serverAddress.nullable(), email: line.nullable(), max_wait: duration }),
  server: object({ host: line, port: whole(0, 65_535) }),
  budget: object({ ...budget, per_work: object(budget) }),
});

/** What the schema takes. */
export type ConfigInput = z.infer<typeof configSchema>;

/** The schema for editors, JSON Schema draft 2020-12. */
export const configJsonSchema = (): Record<string, unknown> => ({
  ...(z.toJSONSchema(configSchema, { target: 'draft-2020-12', io: 'input' }) as Record<string, unknown>),
  title: 'wf0-batch: .wf/config.json',
});

/** The keys that the object at a path may have; empty if the path leads to no object with fixed keys. */
export const keysAt = (path: readonly (string | number)[]): readonly string[] => {
  let schema: z.core.$ZodType = configSchema;
  for (const step of ['', ...path]) {
    if (step !== '') schema = stepInto(schema, step) ?? schema;
    schema = unwrap(schema);
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
};

const unwrap = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema;

const stepInto = (schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined => {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, z.core.$ZodType>)[step];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
};

function isPattern(value: string): boolean {
  try {
    return new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
