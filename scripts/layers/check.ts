/** Holds the sources against the table of `rules.ts`. Pure: texts in, violations out. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { cyclesOf } from './cycles.ts';
import { impuritiesOf } from './purity.ts';
import type { Impurity } from './purity.ts';
import { importsOf, parse } from './read.ts';
import type { ImportedModule, SourceTexts } from './read.ts';
import { folderOf, ruleOf, worldModules } from './rules.ts';
import type { FolderRule } from './rules.ts';

export type RuleName =
  /** The folder is not in the table. */
  | 'folder'
  /** An arrow that the table does not have. */
  | 'arrow'
  /** A value where only types may be used. */
  | 'types'
  /** A relative import of a file that is not there. */
  | 'missing'
  /** A package that the folder may not use. */
  | 'package'
  /** A package that a user's installation would not have. */
  | 'undeclared'
  /** What is bundled for browsers reaches a package or a module of Node by way of another folder. */
  | 'bundle'
  /** A module of Node that the folder may not use. */
  | 'node'
  /** A computed import outside the adapters. */
  | 'computed'
  /** Files that import each other in a circle. */
  | 'cycle'
  | 'global'
  | 'async'
  | 'throw';

export interface Violation {
  readonly rule: RuleName;
  /** Below `src`. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What is checked. */
export interface Sources {
  readonly texts: SourceTexts;
  /** Packages that come with an installation: dependencies and optional ones. */
  readonly declared: ReadonlySet<string>;
}

/** Every place where the sources break a rule, in the order of files and lines. */
export const checkLayers = ({ texts, declared }: Sources): readonly Violation[] => {
  const facts = new Map([...texts].map(([path, text]) => [path, factsOf(path, text)]));
  const found = [...facts].flatMap(([path, { modules }]) => ofImports({ path, modules, texts, declared }));
  const impure = [...facts].flatMap(([path, { impurities }]) =>
    impurities.map((impurity) => ({ ...impurity, file: path })),
  );
  return [...found, ...impure, ...ofCycles(facts), ...ofBundles(facts)].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line,
  );
};

/** What the rules want to know of one file; follows from its path and text alone. */
interface Facts {
  readonly modules: readonly ImportedModule[];
  /** None where the folder need not be pure. */
  readonly impurities: readonly Impurity[];
}

/** Parsing is the whole cost, and the red checks look at the same texts again and again. */
const factsBefore = new Map<string, Facts>();

const factsOf = (path: string, text: string): Facts => {
  const key = `${path}\n${text}`;
  const facts = factsBefore.get(key) ?? readFacts(path, text);
  factsBefore.set(key, facts);
  return facts;
};

const readFacts = (path: string, text: string): Facts => {
  const file = parse(path, text);
  return { modules: importsOf(file), impurities: ruleOf(folderOf(path))?.pure ? impuritiesOf(file) : [] };
};

interface FileImports extends Sources {
  readonly path: string;
  readonly modules: readonly ImportedModule[];
}

const ofImports = ({ path, modules, texts, declared }: FileImports): readonly Violation[] => {
  const folder = folderOf(path);
  const rule = ruleOf(folder);
  if (!rule) return [{ rule: 'folder', file: path, line: 1, message: `${folder} is not in the table of folders` }];
  return modules.flatMap((module) => {
    const wrong = ofModule({ path, folder, rule, module, texts, declared });
    return wrong ? [{ ...wrong, file: path, line: module.line }] : [];
  });
};

interface OneImport extends Sources {
  readonly path: string;
  readonly folder: string;
  readonly rule: FolderRule;
  readonly module: ImportedModule;
}

type Wrong = Pick<Violation, 'rule' | 'message'> | null;

const ofModule = (one: OneImport): Wrong => {
  const { specifier } = one.module;
  if (specifier === null) return ofComputed(one.folder);
  if (specifier.startsWith('.')) return ofArrow(one, specifier);
  if (isBuiltin(specifier)) return ofNode(one, specifier.replace(/^node:/, ''));
  return ofPackage(one, specifier);
};

const ofComputed = (folder: string): Wrong =>
  folder.startsWith('adapters/') ? null : { rule: 'computed', message: 'imports a computed name' };

const ofArrow = ({ path, folder, rule, module, texts }: OneImport, specifier: string): Wrong => {
  const target = posix.join(posix.dirname(path), specifier);
  if (!texts.has(target) && !target.endsWith('.json'))
    return { rule: 'missing', message: `imports ${specifier}: no such file` };
  const to = folderOf(target);
  const kind = to.includes('/') ? `${to.split('/')[0]}/*` : to;
  if (to === folder || [to, kind, '*'].some((each) => rule.imports.includes(each))) return null;
  if (!rule.types.includes(to)) return { rule: 'arrow', message: `${folder} must not import ${to} (${specifier})` };
  if (module.isType) return null;
  return { rule: 'types', message: `${folder} may use ${to} by "import type" only (${specifier})` };
};

const ofNode = ({ folder, rule }: OneImport, name: string): Wrong => {
  if (rule.node === 'any' || (rule.node === 'plain' && !worldModules.has(name))) return null;
  if (rule.node !== 'plain' && rule.node.includes(name)) return null;
  return { rule: 'node', message: `${folder} must not import node:${name}` };
};

const ofPackage = ({ folder, rule, declared }: OneImport, specifier: string): Wrong => {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (!rule.packages.includes(name)) return { rule: 'package', message: `${folder} must not use the package ${name}` };
  if (!declared.has(name) && rule.bundled !== true)
    return { rule: 'undeclared', message: `${name} is no dependency in package.json` };
  return null;
};

/** What the values that a bundled folder uses bring along; types bring nothing. */
const ofBundles = (facts: ReadonlyMap<string, Facts>): readonly Violation[] => {
  const isBundled = (path: string): boolean => ruleOf(folderOf(path))?.bundled === true;
  const reached = new Set([...facts.keys()].filter(isBundled));
  const found: Violation[] = [];
  for (const path of reached)
    for (const { specifier, isType, line } of facts.get(path)?.modules ?? []) {
      if (isType || specifier === null) continue;
      if (specifier.startsWith('.')) reached.add(posix.join(posix.dirname(path), specifier));
      else if (!isBundled(path))
        found.push({ rule: 'bundle', file: path, line, message: `${specifier} would come into the pages' bundle` });
    }
  return found;
};

const ofCycles = (facts: ReadonlyMap<string, Facts>): readonly Violation[] => {
  const targets = (path: string, modules: readonly ImportedModule[]) =>
    modules.flatMap(({ specifier }) =>
      specifier?.startsWith('.') ? [posix.join(posix.dirname(path), specifier)] : [],
    );
  const graph = new Map([...facts].map(([path, { modules }]) => [path, targets(path, modules)]));
  return cyclesOf(graph).map((cycle) => ({
    rule: 'cycle',
    file: cycle[0] ?? '',
    line: 1,
    message: `import cycle: ${cycle.join(' -> ')}`,
  }));
};
