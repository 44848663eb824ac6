/** Facts in the head of a task file that has no front matter for them: `**Priority:** P1`, `**Depends on:** 03, 05`. */

/** What lines of a head say; absent ones are null. Values are as written, without the emphasis around them. */
export interface HeaderLines {
  readonly priority: string | null;
  readonly dependsOn: string | null;
  readonly conflictsWith: string | null;
  readonly group: string | null;
  readonly status: string | null;
}

/** The head ends at the first heading of the second level, and after this many lines. */
const headLimit = 60;

/** Reads the lines between the title and the first `##`, code left out. The first line of a name counts. */
export const readHeaderLines = (body: string): HeaderLines => {
  const found = new Map<string, string>();
  for (const line of headOf(body)) {
    const match =
      /^\s{0,3}(?:[-*+]\s+)?(\*{0,2}|_{0,2})([A-Za-z][A-Za-z _-]{1,24}?)\s*(?::\1|\1\s*:)[ \t]*(\S.*)$/.exec(line);
    const [, emphasis, name, value] = match ?? [];
    const field = fieldNames.get((name ?? '').toLowerCase().replace(/[_-]/g, ' '));
    if (field === undefined || value === undefined || found.has(field)) continue;
    // "Status: …" opens many a sentence; only an emphasised one is a fact.
    if (field === 'status' && emphasis === '') continue;
    found.set(field, value.trim().replace(/^\*\*\s*|\s*\*\*$/g, ''));
  }
  const get = (field: string): string | null => found.get(field) ?? null;
  return {
    priority: get('priority'),
    dependsOn: get('dependsOn'),
    conflictsWith: get('conflictsWith'),
    group: get('group'),
    status: get('status'),
  };
};

/** The text of the first heading outside code; null if there is none. */
export const findTitle = (body: string): string | null => {
  const lines = withoutFences(body.split(/\r?\n/));
  for (const [index, line] of lines.entries()) {
    const hashed = /^\s{0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line)?.[1]?.trim();
    if (hashed !== undefined && hashed !== '') return hashed;
    if (line.trim() !== '' && !/^\s*[-*+>|]/.test(line) && /^\s{0,3}(?:=+|-{2,})[ \t]*$/.test(lines[index + 1] ?? ''))
      return line.trim();
  }
  return null;
};

const fieldNames: ReadonlyMap<string, keyof HeaderLines> = new Map([
  ['priority', 'priority'],
  ['depends on', 'dependsOn'],
  ['dependencies', 'dependsOn'],
  ['blocked by', 'dependsOn'],
  ['conflicts with', 'conflictsWith'],
  ['group', 'group'],
  ['status', 'status'],
]);

const headOf = (body: string): readonly string[] => {
  const lines = withoutFences(body.split(/\r?\n/, headLimit));
  const end = lines.findIndex((line) => /^\s{0,3}##/.test(line));
  return end === -1 ? lines : lines.slice(0, end);
};

const withoutFences = (lines: readonly string[]): string[] => {
  let fence: string | null = null;
  return lines.map((line) => {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    const isInside = fence !== null;
    if (fence === null) fence = mark;
    else if (mark !== null && mark.startsWith(fence)) fence = null;
    return isInside || mark !== null ? '' : line;
  });
};
