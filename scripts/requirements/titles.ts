/** Titles that a test file can give, read from its source and from what it imports below `test`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { importsOf, parse, walk } from '../layers/read.ts';

/**
 * All texts of the file and of its helpers that could be a title; a template with holes becomes a pattern.
 * Null if there is no such file. Path below the project's folder.
 */
export const titlesIn = (root: string, file: string): readonly (string | RegExp)[] | null => {
  if (!existsSync(join(root, file))) return null;
  const seen = new Set<string>();
  const titles: (string | RegExp)[] = [];
  const read = (path: string): void => {
    if (seen.has(path) || !existsSync(path)) return;
    seen.add(path);
    const source = parse(path, readFileSync(path, 'utf8'));
    walk(source, (node) => {
      const title = titleOf(node);
      if (title !== null) titles.push(title);
    });
    for (const { specifier } of importsOf(source)) {
      const target = specifier?.startsWith('.') ? join(dirname(path), specifier) : '';
      if (target.startsWith(join(root, 'test'))) read(target);
    }
  };
  read(join(root, file));
  return titles;
};

const titleOf = (node: ts.Node): string | RegExp | null => {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  const parts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
  // A template of holes only would fit every title.
  return parts.join('').trim().length < 5 ? null : new RegExp(`^${parts.map(escape).join('.*')}$`, 's');
};

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
