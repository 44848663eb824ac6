#!/usr/bin/env node
import { scheduleVerbs } from '../cli/schedule/verbs.ts';
import { composeCli } from '../compose-cli.ts';
import { run } from '../cli/run.ts';

const { program, cli } = composeCli('wf0-schedule', 'Makes and edits the schedule that wf0-batch runs.', scheduleVerbs);
await run(process.argv.slice(2), program, cli);
