/**
 * What a pure file must not do: reach for the clock, chance or the world, wait, or throw anything but a bug.
 *
 * A name counts only where it means the global: a property `process`, a parameter `process` and a local
 * `Date` are nobody's business. That takes scopes, so the compiler's checker resolves names, with no
 * libraries loaded: what it cannot find is a global.
 */
import ts from 'typescript';
import { impureGlobals } from './rules.ts';
import { lineOf, walk } from './read.ts';

/** One thing that a pure file must not do. */
export interface Impurity {
  readonly rule: 'global' | 'async' | 'throw';
  readonly line: number;
  readonly message: string;
}

/** All impurities of one file, in the order of its text. Each file is looked at by itself: what it imports is no global. */
export const impuritiesOf = (file: ts.SourceFile): readonly Impurity[] => {
  const checker = checkerOf(file);
  const found: Impurity[] = [];
  walk(file, (node) => {
    const wrong = impureName(node, checker) ?? waiting(node) ?? throwing(node);
    if (wrong) found.push({ ...wrong, line: lineOf(node) });
  });
  return found;
};

const checkerOf = (file: ts.SourceFile): ts.TypeChecker => {
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === file.fileName ? file : undefined),
    getDefaultLibFileName: () => 'none.d.ts',
    writeFile: () => undefined,
    getCurrentDirectory: () => '',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => name === file.fileName,
    readFile: () => undefined,
  };
  const options: ts.CompilerOptions = { noLib: true, noResolve: true, types: [], allowImportingTsExtensions: true };
  return ts.createProgram([file.fileName], options, host).getTypeChecker();
};

type Wrong = Omit<Impurity, 'line'>;

const impureName = (node: ts.Node, checker: ts.TypeChecker): Wrong | null => {
  if (!ts.isIdentifier(node)) return null;
  if (node.text === 'Math' && !isName(node) && isGlobal(node, checker)) return chance(node.parent);
  if (!impureGlobals.has(node.text) || isName(node) || !isGlobal(node, checker)) return null;
  return { rule: 'global', message: `reaches for ${node.text}` };
};

/** `Math` is pure but for its `random`, however it is taken out. */
const chance = (parent: ts.Node): Wrong | null => {
  const taken = ts.isPropertyAccessExpression(parent)
    ? parent.name.text
    : ts.isQualifiedName(parent)
      ? parent.right.text
      : 'random';
  return taken === 'random' ? { rule: 'global', message: 'reaches for Math.random' } : null;
};

/** A name given or asked for on something else (`x.process`, `{ process: 1 }`, `process?: T`), not one looked up. */
const isName = (node: ts.Identifier): boolean => {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node || parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent) || ts.isExportSpecifier(parent)) return false;
  return 'name' in parent && parent.name === node;
};

const isGlobal = (node: ts.Identifier, checker: ts.TypeChecker): boolean => {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  return !symbol?.declarations?.length;
};

const waiting = (node: ts.Node): Wrong | null => {
  const isWaiting = node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitKeyword;
  return isWaiting || ts.isAwaitExpression(node) ? { rule: 'async', message: 'waits (async or await)' } : null;
};

const throwing = (node: ts.Node): Wrong | null => {
  if (!ts.isThrowStatement(node)) return null;
  const thrown = node.expression;
  const isBug = ts.isNewExpression(thrown) && ts.isIdentifier(thrown.expression) && thrown.expression.text === 'Bug';
  return isBug ? null : { rule: 'throw', message: 'throws something else than a Bug: expected failures are values' };
};
