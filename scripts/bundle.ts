/**
 * `dist/run`: what a person starts, out of the modules of `dist/src`, in few files and as CommonJS. Node finds, reads and
 * links each file of its own for about a millisecond, and modules of the newer kind for two: `status` was 65 files and
 * took twice the time. What nearly every command loads lies in two of them, the rest is split by what is loaded when.
 *
 * `dist/run` lies as deep as `dist/src`, so that both find what lies beside them. Packages stay where npm puts them, but
 * for those of which every command has a part, or which CommonJS cannot load; their licences go with them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { rolldown, type RolldownOutput } from 'rolldown';
import { projectFolder } from './layers/load.ts';

const root = projectFolder();
const source = (path: string): string => join(root, 'dist', 'src', path);
const run = join(root, 'dist', 'run');
const programs = ['wf0-batch', 'wf0-schedule', 'wf0-scheduler', 'wf0-supervisor', 'wf0-worker'];

/** Packages that go into the bundle; ESM alone: chalk, string-width, Octokit, and what these need. */
const bundled =
  /^(?:commander|chalk|toposort|zod|yaml|string-width|strip-ansi|ansi-regex|get-east-asian-width|@octokit\/.+|universal-user-agent|before-after-hook|universal-github-app-jwt|bottleneck|fast-content-type-parse|json-with-bigint|content-type)(?:\/|$)/;

/** Modules that these load as they are loaded, themselves among them. */
const closureOf = (entries: readonly string[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?['"](\.[^'"]+)['"];/gms))
      open.push(resolve(dirname(file), path ?? ''));
  }
  return seen;
};

const write = async (): Promise<RolldownOutput> => {
  const base = closureOf([
    source('cli/run.js'),
    source('cli/programs.js'),
    source('compose-cli.js'),
    source('bin/until-it-ends.js'),
  ]);
  const client = closureOf([source('compose.js'), source('cli/batch/status.js')]);
  const isInBase = (id: string): boolean =>
    base.has(id) || /node_modules\/(?:commander|chalk|toposort)\/|rolldown.runtime/.test(id);
  const bundle = await rolldown({
    input: Object.fromEntries(programs.map((name) => [`bin/${name}`, source(`bin/${name}.js`)])),
    platform: 'node',
    preserveEntrySignatures: false,
    external: (id) => /^[@a-z]/.test(id) && !bundled.test(id),
    transform: { target: 'node20' },
    onLog: (level, log, handler) => {
      // Modules that are loaded late elsewhere may be in the first files: that is what they are for.
      if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') handler(level === 'warn' ? 'error' : level, log);
    },
  });
  return bundle.write({
    dir: run,
    format: 'cjs',
    // Code that comes from a cache cannot import; what lies outside is CommonJS, or `require` takes it.
    dynamicImportInCjs: false,
    entryFileNames: '[name].js',
    // Before any chunk: what loads the others from compiled code.
    banner: ({ isEntry }) => (isEntry ? "require('../code-cache.js');" : ''),
    chunkFileNames: '[name]-[hash].js',
    // Names stay: they are in the reports of bugs.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    comments: { legal: false },
    codeSplitting: {
      groups: [
        { name: 'base', test: isInBase, priority: 2, includeDependenciesRecursively: false },
        { name: 'client', test: (id) => client.has(id), priority: 1, includeDependenciesRecursively: false },
      ],
    },
  });
};

/**
 * A worker thread of a tree is one file with what it needs and no more, of the library's modules too: each thread holds
 * all that it loads in memory of its own, and begins the later the more files it reads.
 */
const writeThread = async (): Promise<void> => {
  const bundle = await rolldown({
    input: source('adapters/threads/thread.js'),
    platform: 'node',
    resolve: { alias: { yaml: join(root, 'node_modules', 'yaml', 'browser', 'index.js') } },
    transform: { target: 'node20' },
  });
  await bundle.write({ file: source('adapters/threads/thread.bundle.mjs'), format: 'esm', comments: { legal: false } });
};

/** What keeps compiled code of the chunks, and what reads it: each a file of its own, so that nothing is before it. */
const writeCodeCache = async (): Promise<void> => {
  for (const [name, file] of [
    ['load.js', 'code-cache.js'],
    ['make.js', 'make-code-cache.js'],
  ] as const) {
    const bundle = await rolldown({
      input: source(`adapters/code-cache/${name}`),
      platform: 'node',
      transform: { target: 'node20' },
    });
    await bundle.write({ file: join(run, file), format: 'cjs', comments: { legal: false } });
  }
};

/** `node_modules/a/b` of a file in it; null for our own. */
const packageOf = (id: string): string | null => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? null;

const licenceOf = (folder: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()}\n`;
};

await writeThread();
const { output } = await write();
await writeCodeCache();
const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
const folders = [...new Set(modules.map(packageOf))].filter((folder) => folder !== null && existsSync(folder));
writeFileSync(
  join(run, 'LICENSES.txt'),
  folders
    .toSorted()
    .map((folder) => licenceOf(folder as string))
    .join('\n---\n\n'),
);
writeFileSync(join(run, 'package.json'), '{ "type": "commonjs" }\n');
// A module of the newer kind, which starts threads that are such modules.
writeFileSync(join(run, 'bin', 'wf0-tree.js'), "import('../../src/bin/wf0-tree.js');\n");
// In a process of its own: it changes what the engine compiles.
execFileSync(process.execPath, [join(run, 'make-code-cache.js')], { stdio: 'inherit' });
