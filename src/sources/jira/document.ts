/**
 * Atlassian's document format as Markdown, so far that stages and the reader of references understand it: code stays
 * code, a quote a quote, struck-out text struck out (developer.atlassian.com/cloud/jira/platform/apis/document/structure).
 */

/** Nodes within nodes are read to this depth. */
const depthLimit = 100;

interface Node {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly content?: unknown;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly marks?: unknown;
}

/** The text of a description: a document, plain text, or nothing. Never throws. */
export const readDocument = (description: unknown): string => {
  if (typeof description === 'string') return description;
  return blocks(childrenOf(asNode(description)), 0).trim();
};

const asNode = (value: unknown): Node => (typeof value === 'object' && value !== null ? value : {});
const childrenOf = ({ content }: Node): readonly Node[] => (Array.isArray(content) ? content.map(asNode) : []);

const blocks = (nodes: readonly Node[], depth: number): string =>
  nodes
    .map((node) => block(node, depth + 1))
    .filter((text) => text !== '')
    .join('\n\n');

const block = (node: Node, depth: number): string => {
  const children = childrenOf(node);
  if (depth > depthLimit) return '';
  switch (node.type) {
    case 'heading':
      return `${'#'.repeat(Math.min(6, Math.max(1, Number(node.attrs?.['level']) || 1)))} ${inline(children, depth)}`;
    case 'codeBlock':
      return fenced(plain(children, depth), attribute(node, 'language'));
    case 'blockquote':
      return prefixed('> ', '> ', blocks(children, depth));
    case 'bulletList':
    case 'decisionList':
    case 'taskList':
      return items(children, () => '- ', depth);
    case 'orderedList':
      return items(children, (index) => `${index + 1}. `, depth);
    case 'rule':
      return '---';
    case 'table':
      return children
        .map(
          (row) =>
            `| ${childrenOf(row)
              .map((cell) => blocks(childrenOf(cell), depth).replaceAll('\n', ' '))
              .join(' | ')} |`,
        )
        .join('\n');
    case 'expand':
    case 'nestedExpand':
      return [attribute(node, 'title'), blocks(children, depth)].filter((text) => text !== '').join('\n\n');
    default:
      return isInline(node) || children.some(isInline)
        ? inline(isInline(node) ? [node] : children, depth)
        : blocks(children, depth);
  }
};

const isInline = ({ type }: Node): boolean =>
  ['text', 'hardBreak', 'mention', 'emoji', 'inlineCard', 'status', 'date'].includes(String(type));

const items = (nodes: readonly Node[], mark: (index: number) => string, depth: number): string =>
  nodes
    .map((node, index) => {
      const box = node.type === 'taskItem' ? (attribute(node, 'state') === 'DONE' ? '[x] ' : '[ ] ') : '';
      const text = block({ ...node, type: 'item' }, depth + 1);
      const first = mark(index);
      return prefixed(`${first}${box}`, ' '.repeat(first.length), text.replaceAll(/\n{2,}/g, '\n'));
    })
    .join('\n');

const prefixed = (first: string, others: string, text: string): string =>
  text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : others}${line}`)
    .join('\n');

const fenced = (code: string, language: string): string => {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^\w+$/.test(language) ? language : ''}\n${code}\n${fence}`;
};

const inline = (nodes: readonly Node[], depth: number): string => nodes.map((node) => word(node, depth)).join('');

const word = (node: Node, depth: number): string => {
  switch (node.type) {
    case 'text':
      return marked(node);
    case 'hardBreak':
      return '\n';
    case 'mention':
    case 'status':
      return attribute(node, 'text');
    case 'emoji':
      return attribute(node, 'text') || attribute(node, 'shortName');
    case 'inlineCard':
      return attribute(node, 'url');
    case 'date':
      return dateOf(attribute(node, 'timestamp'));
    default:
      return depth > depthLimit ? '' : block(node, depth + 1);
  }
};

const marked = (node: Node): string => {
  const text = typeof node.text === 'string' ? node.text : '';
  const marks = (Array.isArray(node.marks) ? node.marks : []).map((mark) => asNode(mark));
  const has = (type: string): boolean => marks.some((mark) => mark.type === type);
  const link = marks.find(({ type }) => type === 'link')?.attrs?.['href'];
  const struck = has('strike') ? `~~${text}~~` : text;
  if (has('code') && !text.includes('`')) return `\`${text}\``;
  return typeof link === 'string' && link !== text ? `[${struck}](${link})` : struck;
};

const plain = (nodes: readonly Node[], depth: number): string =>
  nodes
    .map((node) =>
      typeof node.text === 'string' ? node.text : depth > depthLimit ? '' : plain(childrenOf(node), depth + 1),
    )
    .join('');

const attribute = ({ attrs }: Node, name: string): string => {
  const value = attrs?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const dateOf = (timestamp: string): string => {
  const date = new Date(Number(timestamp));
  return timestamp === '' || Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
};
