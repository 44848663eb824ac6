#!/usr/bin/env node
import { programs } from '../cli/programs.ts';
import { run } from '../cli/run.ts';
import { composeCli } from '../compose-cli.ts';
import { untilItEnds } from './until-it-ends.ts';

const { program, cli } = composeCli('wf0-batch', programs['wf0-batch']);
untilItEnds(() => run(process.argv.slice(2), program, cli));
