import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Command } from 'commander';
import type { Cli } from '../../src/cli/cli.ts';
import { batchVerbs } from '../../src/cli/batch/verbs.ts';
import { programs } from '../../src/cli/programs.ts';
import { scheduleVerbs } from '../../src/cli/schedule/verbs.ts';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';

describe('help', { concurrency: 4 }, () => {
  let line: CommandLine;
  before(async () => {
    line = await makeCommandLine();
  });
  after(() => line.remove());

  test('lists every command with a sentence, without a command too', async () => {
    for (const args of [['--help'], []]) {
      const { out, code } = await line.batch(args);
      assert.equal(code, 0);
      for (const [verb, { summary }] of Object.entries(batchVerbs)) {
        assert.match(out, new RegExp(`^  ${verb} `, 'm'));
        assert.ok(out.replace(/\s+/g, ' ').includes(summary), summary);
      }
    }
  });

  test('help COMMAND is what COMMAND --help is, and no error', async () => {
    for (const [program, verb] of [
      ['batch', 'start'],
      ['batch', 'plan'],
      ['schedule', 'create'],
    ] as const) {
      const { out, err, code } = await line[program](['help', verb]);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, new RegExp(`^Usage: wf0-${program} ${verb}`));
      assert.match(out, /-h, --help/);
    }
    assert.equal((await line.batch(['help'])).code, 0);
    assert.equal((await line.batch(['help', 'nonsense'])).code, 2);
  });

  test('every command explains itself, its arguments and its options', async () => {
    const programs = [
      ['batch', Object.keys(batchVerbs)],
      ['schedule', Object.keys(scheduleVerbs)],
    ] as const;
    for (const [program, verbs] of programs) {
      await Promise.all(
        verbs.map(async (verb) => {
          const { out, err, code } = await line[program]([verb, '--help']);
          assert.equal(code, 0, verb);
          assert.equal(err, '');
          assert.match(out, new RegExp(`^Usage: wf0-${program} ${verb}`));
          assert.match(out, /-h, --help/);
        }),
      );
    }
  });

  test('every command shows examples that it understands', async () => {
    for (const [program, { verbs }] of Object.entries(programs))
      for (const [verb, { load }] of Object.entries(verbs)) {
        const { configure, examples } = await load();
        assert.match(examples, /^\nExamples:\n {2}/, verb);
        const { out } = await line[program === 'wf0-batch' ? 'batch' : 'schedule']([verb, '--help']);
        assert.ok(out.endsWith(`${examples.trimEnd()}\n`), verb);
        const command = new Command(verb);
        configure(command, {} as Cli);
        const flags = [command, ...command.commands].flatMap(({ options }) =>
          options.flatMap(({ long, short }) => [long, short]),
        );
        const own = examples.split('\n').filter((each) => each.includes(`${program} ${verb} `));
        assert.ok(examples.includes(`${program} ${verb}`), verb);
        for (const example of own)
          for (const [flag] of (example.split(/ {3}| \| | > | && /)[0] ?? '').matchAll(/(?<= )--?[a-z][a-z-]*/g))
            assert.ok(flags.includes(flag), `${example}: ${flag}`);
      }
  });

  test('of run and start names how many run at once, and what a dry run does', async () => {
    for (const verb of ['start', 'run']) {
      const { out } = await line.batch([verb, '--help']);
      assert.match(out, /-p, --parallel <n>/);
      assert.match(out, /--dry-run +show the plan and change nothing/);
    }
  });

  test('--version is that of the package', async () => {
    assert.match((await line.batch(['--version'])).out, /^\d+\.\d+\.\d+\n$/);
  });
});
