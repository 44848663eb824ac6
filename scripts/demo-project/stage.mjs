/**
 * The stages of the demo as plain commands. What an agent would think up stands ready in the task files: each fenced
 * block with a `file=` is a file that the work adds. Everything else is real: files are written, committed, compiled
 * and tested in the work's own worktree, on top of what its dependencies delivered.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const work = JSON.parse(readFileSync(process.env.WF_WORK_FILE, 'utf8'));
const folder = `docs/works/${work.id}`;
const files = [...work.body.matchAll(/^```\w+ file=(\S+)\n([^]*?)^```/gm)].map(([, path, text]) => ({ path, text }));
const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });

const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${path} (${text.length} characters)`);
};
const commit = (message) => {
  run('git', 'add', '--all', 'docs', 'src');
  run('git', 'commit', '--quiet', '--message', `${work.id}: ${message}`);
};

const stages = {
  kickoff: () => {
    write(`${folder}/kickoff.md`, `# ${work.title}\n\nDepends on: ${work.dependencies.join(', ') || 'nothing'}\n`);
    commit('kick off');
  },
  spec: () => {
    const prose = work.body.replace(/^```[^]*?^```\n/gm, '').trim();
    write(`${folder}/spec.md`, `${prose}\n`);
    commit('specify');
  },
  plan: () => {
    write(`${folder}/plan.md`, files.map(({ path }, i) => `${i + 1}. write ${path}\n`).join(''));
    commit('plan');
  },
  review: () => {
    const steps = readFileSync(`${folder}/plan.md`, 'utf8').trim().split('\n').length;
    const outcome = steps === files.length && steps > 0 ? 'next' : 'fail';
    writeFileSync(process.env.WF_RESULT_FILE, JSON.stringify({ outcome, message: `${steps} steps planned` }));
  },
  implement: () => {
    for (const { path, text } of files) write(path, text);
    commit('implement');
  },
  verify: () => {
    const { DEMO_TOOLS } = process.env;
    const options = ['--outDir', '.demo-build', '--module', 'nodenext', '--target', 'es2022', '--strict'];
    const types = ['--types', 'node', '--typeRoots', `${DEMO_TOOLS}/@types`, '--ignoreConfig', '--rootDir', 'src/text'];
    const sources = execFileSync('git', ['ls-files', 'src/text/*.ts'], { encoding: 'utf8' }).trim().split('\n');
    run('node', `${DEMO_TOOLS}/typescript/bin/tsc`, ...options, ...types, ...sources);
    run('node', '--test', '--test-reporter=tap', '.demo-build');
    execFileSync('rm', ['-r', '.demo-build']);
  },
};

const [stage = ''] = process.argv.slice(2);
console.log(`═══ Phase ${Object.keys(stages).indexOf(stage) + 1}: ${stage} of ${work.id} ═══`);
stages[stage]();
