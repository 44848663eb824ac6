/** A strict reader of small XML: whatever is not well formed throws. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Its own text, trimmed. */
  readonly text: string;
}

const token = /<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

export const readXml = (xml: string): Element => {
  const body = xml.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, '');
  const stack: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [
    { name: '', attributes: {}, children: [], text: '' },
  ];
  for (token.lastIndex = 0; token.lastIndex < body.length;) {
    const at = token.lastIndex;
    const found = token.exec(body);
    if (found === null) throw new Error(`not well formed: ${body.slice(at, at + 80)}`);
    const [, closing, opening, attributes = '', isEmpty, text] = found;
    const top = stack.at(-1);
    if (top === undefined) throw new Error('closed too often');
    if (text !== undefined) top.text += decode(text);
    if (opening !== undefined)
      stack.push({ name: opening, attributes: readAttributes(attributes), children: [], text: '' });
    if (closing !== undefined && closing !== top.name) throw new Error(`</${closing}> closes <${top.name}>`);
    if (closing !== undefined || isEmpty === '/') {
      const done = stack.pop() as Element;
      stack.at(-1)?.children.push({ ...done, text: done.text.trim() });
    }
  }
  const [root, ...open] = stack;
  if (open.length > 0 || root?.children.length !== 1) throw new Error('not one closed element');
  return root.children[0] as Element;
};

const readAttributes = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decode(value)]),
  );

const decode = (text: string): string => {
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text))
    throw new Error('a character that XML does not allow');
  return text.replace(/&([^;]*);?/g, (_, name: string) => {
    const found = entities[name];
    if (found === undefined) throw new Error(`an entity that XML does not know: &${name}`);
    return found;
  });
};
