#!/usr/bin/env node
import { batchVerbs } from '../cli/batch/verbs.ts';
import { composeCli } from '../compose-cli.ts';
import { run } from '../cli/run.ts';

const { program, cli } = composeCli(
  'wf0-batch',
  'Runs many pieces of work for one repository: in dependency order, several at a time, each in its own worktree.',
  batchVerbs,
);
await run(process.argv.slice(2), program, cli);
