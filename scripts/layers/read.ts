/** Reads what a TypeScript file imports, by the compiler's own parser. */
import ts from 'typescript';

/** One import, re-export, dynamic import or `import('…').T` of a file. */
export interface ImportedModule {
  /** As written; null if it is computed. */
  readonly specifier: string | null;
  /** Nothing of it is left at run time. */
  readonly isType: boolean;
  /** From 1. */
  readonly line: number;
}

/** Path below `src`, with its text. */
export type SourceTexts = ReadonlyMap<string, string>;

/** Parses a file; parent links are set. */
export const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(
    path,
    text,
    { languageVersion: ts.ScriptTarget.ES2023 },
    true,
    path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );

/** The line of a node, from 1. */
export const lineOf = (node: ts.Node): number =>
  node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;

/** Calls `visit` with every node below and including `node`, top down. */
export const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
};

/** All modules that a file names, in the order of its text. */
export const importsOf = (file: ts.SourceFile): readonly ImportedModule[] => {
  const found: ImportedModule[] = [];
  walk(file, (node) => {
    const named = moduleNamed(node);
    if (named) found.push({ ...named, line: lineOf(node) });
  });
  return found;
};

const moduleNamed = (node: ts.Node): Omit<ImportedModule, 'line'> | null => {
  if (ts.isImportDeclaration(node))
    return { specifier: literal(node.moduleSpecifier), isType: node.importClause?.isTypeOnly ?? false };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return { specifier: literal(node.moduleSpecifier), isType: node.isTypeOnly };
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
    return { specifier: literal(node.moduleReference.expression), isType: node.isTypeOnly };
  if (ts.isImportTypeNode(node))
    return { specifier: ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : null, isType: true };
  if (ts.isCallExpression(node) && isLoading(node.expression))
    return { specifier: literal(node.arguments[0]), isType: false };
  return null;
};

const isLoading = (callee: ts.Expression): boolean =>
  callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');

const literal = (node: ts.Node | undefined): string | null => (node && ts.isStringLiteralLike(node) ? node.text : null);
