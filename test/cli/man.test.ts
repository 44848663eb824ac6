/** The man pages: made by the build from what `--help` is made of. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import type { Cli } from '../../src/cli/cli.ts';
import { programs } from '../../src/cli/programs.ts';
import { projectFolder } from '../../scripts/layers/load.ts';
import { escape } from '../../scripts/man/roff.ts';

const root = projectFolder();
const pageOf = (name: string): string => join(root, 'man', `${name}.1`);
const shipped = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly man: readonly string[];
  readonly files: readonly string[];
};

const why = (program: string): string | false =>
  spawnSync(program, ['--version']).error === undefined
    ? false
    : `${program} is not installed: apt-get install ${program === 'man' ? 'man-db' : program}`;

for (const [name, { verbs }] of Object.entries(programs))
  describe(`the man page of ${name}`, () => {
    const text = existsSync(pageOf(name)) ? readFileSync(pageOf(name), 'utf8') : '';

    test('is shipped, and names every command with its options and examples', async () => {
      assert.ok(shipped.man.includes(`man/${name}.1`) && shipped.files.includes('man'));
      for (const [verb, { load }] of Object.entries(verbs)) {
        const { configure, examples } = await load();
        const command = new Command(verb);
        configure(command, {} as Cli);
        assert.match(text, new RegExp(`^\\.SS "${escape(`${name} ${verb}`).replace(/\\/g, '\\\\')} `, 'm'));
        for (const { flags, hidden } of command.options)
          if (!hidden) assert.ok(text.includes(`\\fB${escape(flags)}\\fR`), `${verb} ${flags}`);
        for (const line of examples.trim().split('\n')) assert.ok(text.includes(escape(line)), `${verb}: ${line}`);
      }
    });

    test('has no fault that groff warns of', { skip: why('groff') }, () => {
      const { status, stderr } = spawnSync('groff', ['-man', '-ww', '-z', '-Tutf8', pageOf(name)], {
        encoding: 'utf8',
      });
      assert.deepEqual([status, stderr], [0, '']);
    });

    test('is shown by man with options that can be copied', { skip: why('man') }, () => {
      const { status, stdout, stderr } = spawnSync('man', ['-P', 'cat', '-l', pageOf(name)], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '100' },
      });
      assert.equal(status, 0, stderr);
      const plain = stdout.replace(/.\u0008/g, '');
      for (const verb of Object.keys(verbs)) assert.match(plain, new RegExp(`^ +${name} ${verb} `, 'm'));
      assert.match(plain, /^ +--json/m);
    });
  });

test('text that roff would take for a request stays text', () => {
  assert.equal(escape(".SH it's a-b\\c\n'so"), "\\&.SH it's a\\-b\\ec\n\\&'so");
});
