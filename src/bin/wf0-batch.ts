#!/usr/bin/env node
import { programs } from '../cli/programs.ts';
import { run } from '../cli/run.ts';
import { composeCli } from '../compose-cli.ts';

const { program, cli } = composeCli('wf0-batch', programs['wf0-batch']);
await run(process.argv.slice(2), program, cli);
