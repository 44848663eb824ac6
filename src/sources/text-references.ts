/**
 * References in prose: "depends on #12", "blocked by #12 and #13", "requires PROJ-7", "after: ID". Text in
 * code, quotes, comments and struck-out text says nothing. Words that only look alike (`thereafter #10`,
 * `unblocks #3`, `dependson #10`, "no longer depends on #4") do not count.
 */

/** A reference as it stands in a text. */
export interface TextReference {
  readonly reference: string;
  /** Whether it is surely meant as one (`#12`); a bare word counts only if it names a work. */
  readonly isCertain: boolean;
}

/** References of at most this many are read from one text. */
const referenceLimit = 1000;

/** Longer ones, and those with control characters, are no references that a schedule could hold. */
const tokenLimit = 200;

/** How far after its words a list of references reaches, in characters. */
const reachLimit = 4000;

/**
 * All references of a text in their order, each once. `patterns`: further regular expressions; group 1, or the whole
 * match, holds references. Without `phrases` only these count.
 */
export const findTextReferences = (
  body: string,
  patterns: readonly string[] = [],
  phrases = true,
): readonly TextReference[] => {
  if (!phrases && patterns.length === 0) return [];
  const prose = withoutCode(body);
  const found = new Map<string, TextReference>();
  const add = (token: string, isCertain: boolean): void => {
    if (token.length > tokenLimit || /\p{Cc}/u.test(token)) return;
    const known = found.get(token);
    if (found.size < referenceLimit && (known === undefined || isCertain))
      found.set(token, { reference: token, isCertain: isCertain || (known?.isCertain ?? false) });
  };
  for (const match of phrases ? prose.matchAll(phrase) : []) {
    const start = match.index + match[0].length;
    const rest = prose.slice(start, start + reachLimit);
    const needsKey = /^requires/i.test(match[1] ?? '');
    for (const token of listAt(rest)) if (!needsKey || isCertain(token)) add(token, isCertain(token));
  }
  for (const pattern of patterns) {
    for (const match of prose.matchAll(new RegExp(pattern, 'gimu'))) {
      for (const token of splitReferences(match[1] ?? match[0])) add(token, true);
    }
  }
  return [...found.values()];
};

/** The references of a list such as `03, 05 (partly) and 07`; words for nothing (`none`, `-`, `n/a`) are left out. */
export const splitReferences = (list: string): string[] =>
  list
    .replace(/\[([^\]\n]*)\]\(([^)\n]*)\)/g, (_, label: string, target: string) =>
      /\.md$/i.test(target) ? target : label,
    )
    .replace(/\([^()\n]*\)/g, ' ')
    .split(/[,;&]|\s+and\s+|\s+und\s+/i)
    .map((token) => token.replace(/^[\s*_`"'[\]]+|[\s*_`"'[\].]+$/g, ''))
    .filter((token) => token !== '' && !isNothing(token));

/** Whether a text stands for no reference: `none`, `n/a`, `-`, `null`, `~`, `tbd`. */
export const isNothing = (token: string): boolean =>
  /^(?:none|no|nothing|n\/?a|null|nil|~|tbd|[-–—]+|#)?$/i.test(token.trim());

const phrase =
  /(?<![\p{L}\p{N}_-])(?<!(?:not|no longer|never|isn't|n't|longer)\s{1,3})(depends[ \t]{1,3}on|blocked[ \t]{1,3}by|requires(?![ \t]*:?\*{0,2}[ \t]*$)|after(?=\*{0,2}:))(?:\*{0,2}:?\*{0,2})(?=[\s#])/gimu;

const token =
  /^(?:https?:\/\/[^\s,;)\]>]{1,300}|[\w.-]{1,100}\/[\w.-]{1,100}#\d{1,10}|#?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?)/;

/** The tokens of the list that begins here: on this line, or as the items of the list below it. */
const listAt = (rest: string): string[] => {
  const line = /^[ \t]*([^\n]*)/.exec(rest)?.[1] ?? '';
  if (line.trim() !== '') return tokensOf(line);
  const items: string[] = [];
  for (const below of rest.split('\n').slice(1, 101)) {
    if (below.trim() === '') continue;
    const item = /^\s*[-*+]\s+(?:\[[ xX]\]\s+)?(.*)$/.exec(below)?.[1];
    if (item === undefined) break;
    items.push(
      ...tokensOf(item)
        .filter((each) => isCertain(each))
        .slice(0, 1),
    );
  }
  return items;
};

const tokensOf = (line: string): string[] => {
  const tokens: string[] = [];
  for (let rest = line; tokens.length < referenceLimit;) {
    const match = token.exec(rest);
    if (
      match === null ||
      isNothing(match[0]) ||
      /^n\/a\b/i.test(rest) ||
      /^(?:depends|blocked|requires|after)$/i.test(match[0])
    )
      break;
    tokens.push(match[0].replace(/[.:]+$/, ''));
    rest = rest.slice(match[0].length).replace(/^[ \t]*\([^()]{0,200}\)/, '');
    const separator = /^(?:[ \t]*[,;&][ \t]*(?:and[ \t]+)?|[ \t]+(?:and|or)[ \t]+)/i.exec(rest);
    if (separator === null) break;
    rest = rest.slice(separator[0].length);
  }
  return tokens;
};

/** Numbers with `#`, addresses, `owner/repo#5`, and keys such as `PROJ-7`. */
const isCertain = (reference: string): boolean =>
  /^#\d+$|^[\w.-]+\/[\w.-]+#\d+$|^https?:\/\/\S+\/(?:issues|pull|browse)\/\S+$|^[A-Z][A-Z0-9]+-\d+$/.test(reference);

/** The text with code, quotes, comments and struck-out passages blanked, line by line. */
const withoutCode = (body: string): string => {
  let fence: string | null = null;
  const lines = body
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .split(/\r?\n/)
    .map((line) => {
      const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence !== null) {
        if (mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = null;
        return '';
      }
      if (mark !== undefined) {
        fence = mark;
        return '';
      }
      if (/^\s*>/.test(line) || /^(?: {4}|\t)(?!\s*[-*+]\s)/.test(line)) return '';
      return line.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, ' ').replace(/~~.*?~~/g, ' ');
    });
  return lines.join('\n');
};
