/** Trees as stages of the real program. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, threeLines, type CommandLine, type Screen } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { leaveNothing, ourProcesses } from '../support/running-batch.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
});
after(() => leaveNothing(line));

/** 6 × 6 × 6 leaves. Each node says in `spans` when a thread is at it; a leaf is at work for a while. */
const visitJs = `
import { appendFileSync, existsSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
const at = (what) => appendFileSync('spans', what + ' ' + process.pid + ' ' + threadId + '\\n');
const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
export const children = (node) => (node.length < 4 ? [...'abcdef'].map((each) => node + each) : []);
export const visit = (node, results, { params, count, write }) => {
  at('+');
  if (node.endsWith(params.throws ?? '-')) throw new Error('cannot do ' + node);
  if (node.endsWith(params.hangs ?? '-')) for (;;);
  if (node.endsWith(params.waits ?? '-')) while (!existsSync('go')) pause(20);
  if (params.slow) pause(2);
  count('nodes');
  at('-');
  return write({ '#': 'node ' + node, '=': results.length === 0 ? node : Object.fromEntries(results.map((each, i) => ['k' + i, each])) });
};
`;

const folder = async (name: string, manifest: string): Promise<string> => {
  const cwd = join(line.folder, name);
  await mkdir(cwd);
  await line.write(cwd, 'visit.mjs', visitJs);
  await line.write(cwd, 'tasks.yaml', manifest);
  return cwd;
};

const tree = 'module: ./visit.mjs, root: r, output: "out/{id}.yaml"';

const run = (cwd: string, ...more: readonly string[]): Promise<Screen> =>
  line.batch(['run', 'tasks.yaml', '--workers', '3', '--engine', 'process', ...more], { cwd });

interface Item {
  readonly state: string;
  readonly last_error: string | null;
  readonly progress: number | null;
  readonly phase: string | null;
}

const itemsIn = async (cwd: string): Promise<Readonly<Record<string, Item>>> => {
  const { items } = JSON.parse((await line.batch(['status', '--json'], { cwd })).out) as {
    items: (Item & { id: string })[];
  };
  return Object.fromEntries(items.map(({ id, ...item }) => [id, item]));
};

/** The most threads that were at nodes at one time. */
const mostAtOnce = (cwd: string): number => {
  const at = new Set<string>();
  let most = 0;
  for (const span of readFileSync(join(cwd, 'spans'), 'utf8').trim().split('\n')) {
    const [what, ...thread] = span.split(' ');
    if (what === '+') at.add(thread.join(' '));
    else at.delete(thread.join(' '));
    most = Math.max(most, at.size);
  }
  return most;
};

const folderOf = (pid: number): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
};

describe('a stage that is a tree', { concurrency: 2 }, () => {
  it('three works of four threads together have no more threads than the machine has cores, and write the same bytes', async () => {
    const cwd = await folder(
      'budget',
      `tree: {${tree}, threads: 4}\ndefaults: {slow: 1}\ntasks: [{id: a}, {id: b}, {id: c}]\n`,
    );
    const screen = await run(cwd);
    assert.equal(screen.code, 0, screen.err + screen.out);
    assert.ok(mostAtOnce(cwd) <= availableParallelism(), `${mostAtOnce(cwd)} threads at once`);
    const texts = ['a', 'b', 'c'].map((id) => readFileSync(join(cwd, `out/${id}.yaml`), 'utf8'));
    assert.equal(new Set(texts).size, 1);
    const [text = ''] = texts;
    assert.equal(text.split('\n').filter((each) => /^ {4}k\d: (r[a-f]{3}) # node \1$/.test(each)).length, 216);
    assert.match(text, /^# node r\n\n# node ra\nk0:\n {2}# node raa\n {2}k0:\n {4}k0: raaa # node raaa\n/);
  });

  it('a branch that throws fails the stage with the path to its node, the other entries go on', async () => {
    const cwd = await folder(
      'throws',
      `max_attempts: 1\ntree: {${tree}, threads: 2}\ntasks: [{id: good}, {id: bad, throws: cde}]\n`,
    );
    assert.equal((await run(cwd)).code, 3);
    const { good, bad } = await itemsIn(cwd);
    assert.deepEqual([good?.state, bad?.state], ['completed', 'failed']);
    assert.match(
      bad?.last_error ?? '',
      /the tree failed in one branch: r › rc › rcd › rcde: visit: Error: cannot do rcde \(visit\.mjs:\d+:\d+\)/,
    );
    assert.equal(existsSync(join(cwd, 'out/bad.yaml')), false);
  });

  it('a module that never returns is ended by the time limit, and all its threads with it', async () => {
    for (const threads of [1, 2]) {
      const cwd = await folder(
        `hangs-${threads}`,
        `max_attempts: 1\ntimeout: 3s\ntree: {${tree}, threads: ${threads}}\ntasks: [{id: hangs, hangs: bcd}]\n`,
      );
      assert.equal((await run(cwd)).code, 3);
      assert.match((await itemsIn(cwd))['hangs']?.last_error ?? '', /longer than 3\s*s|timed out|time limit/);
      assert.deepEqual(
        ourProcesses(line).filter(({ pid }) => folderOf(pid) === cwd),
        [],
      );
    }
  });

  it('its progress and phase are the stage’s', async () => {
    const cwd = await folder('progress', `tree: {${tree}, threads: 2}\ntasks: [{id: waits, waits: fff}]\n`);
    const running = run(cwd);
    const seen = await eventually('the work shows how far it is', async () => {
      const item = existsSync(join(cwd, '.wf')) ? (await itemsIn(cwd))['waits'] : undefined;
      return item !== undefined && (item.progress ?? 0) > 0.9 && item;
    });
    assert.ok((seen.progress ?? 1) < 1);
    assert.equal(seen.phase, 'Phase 2: Walking');
    await line.write(cwd, 'go', '');
    assert.equal((await running).code, 0);
  });

  it('in a workflow of the config it runs in the worktree, and its output is committed and delivered', async () => {
    await line.config({
      default_workflow: 'wf',
      workflows: {
        wf: {
          stages: [
            { name: 'walk', tree: { module: './visit.mjs', root: '{id}', threads: 2, output: 'out/{id}.yaml' } },
            { name: 'keep', run: 'git add out && git commit -qm out', requires: ['commit'] },
          ],
        },
      },
    });
    await line.write(line.project, 'visit.mjs', visitJs);
    await line.git(line.project, 'add', 'visit.mjs');
    await line.git(line.project, 'commit', '-qm', 'A module');
    await line.task('x');
    const dry = await line.batch(['run', 'tasks', '--dry-run', '--json']);
    assert.equal(dry.code, 0, dry.err);
    const screen = await line.batch(['run', 'tasks', '--engine', 'process']);
    assert.equal(screen.code, 0, screen.err + screen.out);
    const shown = await line.git(line.project, 'show', 'wf/x:out/x.yaml');
    assert.match(String(shown), /k0: xaaa # node xaaa/);
    const plan = JSON.parse(
      readFileSync(
        join(
          line.project,
          '.wf/batches',
          readFileSync(join(line.project, '.wf/batches/latest'), 'utf8').trim(),
          'plan.json',
        ),
        'utf8',
      ),
    ) as { workflows: { wf: { stages: { run: string[]; tree?: object }[] } } };
    assert.deepEqual(plan.workflows.wf.stages[0]?.tree, {
      module: './visit.mjs',
      root: '{id}',
      threads: 2,
      min_siblings: 5,
      min_subtree: 50,
      output: 'out/{id}.yaml',
    });
    assert.deepEqual(plan.workflows.wf.stages[0].run, ['tree', './visit.mjs', 'from', '{id}', 'to', 'out/{id}.yaml']);
  });

  it('a module that is not there, lies outside or exports no visit fails with what to try', async () => {
    const cwd = await folder(
      'bad-module',
      [
        'max_attempts: 1',
        'tree: {module: "{module}", root: r, output: "{output}"}',
        'defaults: {module: ./visit.mjs, output: "out/{id}.yaml"}',
        'tasks:',
        '  - {id: gone, module: ./gone.mjs}',
        '  - {id: outside, module: ../outside.mjs}',
        '  - {id: empty, module: ./empty.mjs}',
        '  - {id: broken, module: ./broken.mjs}',
        '  - {id: away, output: ../away.yaml}',
      ].join('\n'),
    );
    await line.write(line.folder, 'outside.mjs', visitJs);
    await line.write(cwd, 'empty.mjs', 'export const children = () => [];\n');
    await line.write(cwd, 'broken.mjs', 'export const children = ;\n');
    assert.equal((await run(cwd)).code, 3);
    const items = await itemsIn(cwd);
    for (const [id, expected] of [
      ['gone', /the module of the tree is not there: \.\/gone\.mjs/],
      ['outside', /the module of the tree lies outside the folder in which the stage runs: \.\.\/outside\.mjs/],
      ['empty', /the module of the tree exports no function `visit`/],
      ['broken', /the module of the tree cannot be imported: SyntaxError/],
      ['away', /the output of the tree lies outside the folder in which the stage runs: \.\.\/away\.yaml/],
    ] as const)
      assert.match(items[id]?.last_error ?? '', expected, id);
    assert.equal(existsSync(join(line.folder, 'away.yaml')), false);
  });

  it('a manifest whose tree cannot be one is refused before anything starts', async () => {
    const cwd = await folder('bad-manifest', 'tree: {module: ./visit.mjs, root: r, outptu: x}\ntasks: [{id: a}]\n');
    assert.deepEqual(await run(cwd), {
      code: 1,
      out: '',
      err: threeLines(
        '`tree` has no setting `outptu`; did you mean `output`?',
        'tasks.yaml:1:38: tree: {module: ./visit.mjs, root: r, outptu: x}',
        'known here: module, root, threads, min_siblings, min_subtree, output',
      ),
    });
    await line.write(cwd, 'tasks.yaml', 'run: "true"\ntree: {}\ntasks: [{id: a}]\n');
    assert.match((await run(cwd)).err, /a command and a tree are given side by side/);
    await line.write(cwd, 'tasks.yaml', 'tree: {module: ../visit.mjs, root: r, output: x}\ntasks: [{id: a}]\n');
    assert.match((await run(cwd)).err, /`module` is a path below the folder in which the entry runs/);
  });

  it('the module of a tree that came from outside is shown, and walks nothing before it is trusted', async () => {
    const cwd = await line.makeRepository('tracked-tree');
    await line.write(cwd, 'visit.mjs', visitJs);
    await line.write(
      cwd,
      '.wf/config.json',
      JSON.stringify({
        default_workflow: 't',
        workflows: {
          t: { worktree: false, stages: [{ name: 'walk', tree: { module: './visit.mjs', root: 'r', output: 'o' } }] },
        },
      }),
    );
    await line.write(cwd, 'tasks/a.md', '# A\n');
    await line.git(cwd, 'add', '-f', '.wf/config.json');
    const refused = await line.batch(['run', 'tasks', '--engine', 'process'], { cwd });
    assert.match(refused.err, /^error: \.wf comes from outside \(git tracks it\)/);
    assert.equal(existsSync(join(cwd, 'spans')), false);
    const shown = await line.batch(['trust', '--show'], { cwd });
    assert.match(shown.out + shown.err, /t\/walk: the module \.\/visit\.mjs walks a tree from r and writes o/);
  });
});
