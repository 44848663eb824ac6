/** The rule of arrows as a table: which folder of `src` may know what. `src/README.md` draws it. */

/** What one folder may import. */
export interface FolderRule {
  /** Folders whose values and types it may use; itself is always allowed. */
  readonly imports: readonly string[];
  /** Folders of which it may use types only. */
  readonly types: readonly string[];
  /** npm packages, by name. */
  readonly packages: readonly string[];
  /** Modules of Node, without `node:`. `any`: all. `plain`: all but those in `worldModules`. */
  readonly node: 'any' | 'plain' | readonly string[];
  /** No clock, no chance, no world, no waiting, no exception but a bug. */
  readonly pure: boolean;
  /** It is bundled for browsers: its packages come with the bundle, and nothing that it reaches may need others or Node. */
  readonly bundled?: boolean;
}

/** Modules of Node that touch the world: only adapters and sources may, and whom the table names. */
export const worldModules: ReadonlySet<string> = new Set([
  ...['fs', 'fs/promises', 'child_process', 'cluster', 'worker_threads', 'sqlite', 'vm', 'inspector'],
  ...['net', 'tls', 'dgram', 'dns', 'dns/promises', 'http', 'https', 'http2'],
]);

/** Names of the surroundings that a pure folder must not reach for. `Math.random` is looked for apart. */
export const impureGlobals: ReadonlySet<string> = new Set([
  ...['Date', 'process', 'console', 'globalThis', 'global', 'performance', 'crypto', 'Promise', 'fetch', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Buffer', 'eval', 'Intl', 'WebSocket'],
]);

const nothing: FolderRule = { imports: [], types: [], packages: [], node: [], pure: false };
const outside: FolderRule = { ...nothing, imports: ['ports', 'protocol'], types: ['core'], node: 'any' };
const surface: FolderRule = {
  ...nothing,
  imports: ['core', 'client', 'view', 'protocol', 'ports'],
  packages: ['commander', 'chalk', 'string-width'],
  node: 'plain',
};

/**
 * The table. A key is a folder of `src`, a folder two deep (`adapters/git`), every other one of its kind
 * (`adapters/*`), or a file of `src` itself. A folder that is not in it is an error.
 */
export const folderRules: Readonly<Record<string, FolderRule>> = {
  core: { ...nothing, packages: ['toposort'], pure: true },
  view: { ...nothing, imports: ['core'], pure: true },
  ports: { ...nothing, types: ['core'] },
  protocol: { ...nothing, imports: ['core', 'ports'], packages: ['zod'], node: ['crypto', 'path'] },
  'adapters/*': outside,
  'adapters/file-store': { ...outside, packages: ['proper-lockfile'] },
  'adapters/git': { ...outside, packages: ['simple-git'] },
  'adapters/pty': { ...outside, packages: ['node-pty', '@lydell/node-pty'] },
  'adapters/threads': { ...outside, imports: ['ports', 'protocol', 'tree'], packages: ['piscina'] },
  tree: { ...nothing, imports: ['ports'], packages: ['yaml'] },
  sources: {
    ...outside,
    imports: ['core', 'ports', 'protocol', 'sources/*'],
    packages: ['yaml'],
  },
  'sources/*': { ...outside, imports: ['core', 'ports', 'protocol', 'sources'], packages: ['yaml', 'zod'] },
  'sources/github': {
    ...outside,
    imports: ['core', 'ports', 'protocol', 'sources'],
    packages: [
      ...['@octokit/core', '@octokit/plugin-paginate-rest'],
      ...['@octokit/plugin-retry', '@octokit/plugin-throttling'],
    ],
  },
  daemon: { ...nothing, imports: ['core', 'ports', 'protocol'], node: 'plain' },
  worker: { ...nothing, imports: ['core', 'ports', 'protocol'], node: 'plain' },
  client: { ...nothing, imports: ['core', 'view', 'ports', 'protocol'], node: 'plain' },
  cli: surface,
  dashboard: surface,
  server: { ...surface, packages: ['hono', '@hono/node-server', 'ws', 'zod'], node: 'any' },
  bin: {
    ...nothing,
    imports: ['compose-cli.ts', 'compose-daemons.ts', 'compose-tree.ts', 'cli', 'daemon', 'worker'],
    node: ['process'],
  },
  web: {
    ...nothing,
    imports: ['view', 'protocol'],
    types: ['core'],
    packages: [
      ...['react', 'react-dom', '@tanstack/react-virtual', '@dnd-kit/dom', '@dnd-kit/react'],
      ...['@xterm/xterm', '@xterm/addon-fit'],
    ],
    bundled: true,
  },
  'compose.ts': { ...nothing, imports: ['*'], node: 'plain' },
  'compose-panel.ts': { ...nothing, imports: ['*'], node: 'plain' },
  'compose-server.ts': { ...nothing, imports: ['*'], node: 'plain' },
  'compose-cli.ts': { ...nothing, imports: ['*'], node: 'any' },
  'compose-daemons.ts': { ...nothing, imports: ['*'], node: 'any' },
  'compose-tree.ts': { ...nothing, imports: ['*'], node: 'plain' },
};

/** The folder whose rule binds a file, from its path below `src`: `core`, `adapters/git`, `compose.ts`. */
export const folderOf = (path: string): string => {
  const [first = '', second] = path.split('/');
  const isDeep = (first === 'adapters' || first === 'sources') && path.split('/').length > 2;
  return isDeep ? `${first}/${second}` : first;
};

/** The rule of a folder; undefined if the table does not know it. */
export const ruleOf = (folder: string): FolderRule | undefined =>
  folderRules[folder] ?? (folder.includes('/') ? folderRules[`${folder.split('/')[0]}/*`] : undefined);
