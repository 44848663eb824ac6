/** The check-box lines of a `tasks.md`, by phase. Code, quotes and comments hold no tasks. */

export interface TaskLine {
  /** `T012`, as written. */
  readonly id: string;
  readonly isDone: boolean;
  /** `[P]`: it may run beside its neighbours. */
  readonly isParallel: boolean;
  /** `US1`, upper case; null without a label. */
  readonly story: string | null;
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Indented lines below it. */
  readonly details: readonly string[];
}

export interface Phase {
  /** `Phase 3: User Story 1 - Sign in`; empty before the first heading. */
  readonly title: string;
  /** `US1`, from its title or the labels of all its tasks. */
  readonly story: string | null;
  /** `(Priority: P1)`. */
  readonly priority: string | null;
  readonly tasks: readonly TaskLine[];
}

export interface TaskList {
  readonly title: string | null;
  readonly phases: readonly Phase[];
  /** By story, the stories that the text says it depends on. */
  readonly storyOrder: ReadonlyMap<string, readonly string[]>;
}

export const readTaskList = (text: string): TaskList => {
  const lines = withoutCode(text.split(/\r?\n/));
  const title = lines.map((line) => /^#\s+(.+?)\s*$/.exec(line)?.[1]).find((found) => found !== undefined) ?? null;
  return { title, phases: readPhases(lines), storyOrder: readStoryOrder(lines) };
};

const readPhases = (lines: readonly string[]): readonly Phase[] => {
  const phases: { title: string; tasks: TaskLine[] }[] = [{ title: '', tasks: [] }];
  for (const [index, line] of lines.entries()) {
    const heading = /^##\s+(.+?)\s*$/.exec(line)?.[1];
    if (heading !== undefined) phases.push({ title: heading, tasks: [] });
    const task = readTask(line, index, lines);
    if (task !== null) phases.at(-1)?.tasks.push(task);
  }
  return phases
    .filter(({ tasks }) => tasks.length > 0)
    .map(({ title, tasks }) => ({
      title,
      tasks,
      story: storyOf(title, tasks),
      priority: /\(Priority:\s*(P\d)\)/i.exec(title)?.[1] ?? null,
    }));
};

const readTask = (line: string, index: number, lines: readonly string[]): TaskLine | null => {
  const [, mark = '', id, rest = ''] =
    /^\s{0,3}[-*+]\s+\[(.?)\]\s+(?:\*\*|`)?([A-Z]{1,4}-?\d+[a-z]?)(?:\*\*|`)?[:.]?(?:\s+(.*))?$/.exec(line) ?? [];
  if (id === undefined) return null;
  const [labels = ''] = /^(?:\[[^\]]{1,20}\]\s*)*/.exec(rest) ?? [];
  const indented = lines.slice(index + 1).findIndex((below) => !/^\s+\S/.test(below));
  return {
    id,
    isDone: /^[xX✓✔]$/.test(mark),
    isParallel: /\[P\]/i.test(labels),
    story: /\[(US\d+)\]/i.exec(labels)?.[1]?.toUpperCase() ?? null,
    text: rest.slice(labels.length).trim(),
    line: index + 1,
    details: lines
      .slice(index + 1, indented === -1 ? lines.length : index + 1 + indented)
      .filter((below) => readTask(below, 0, []) === null),
  };
};

const storyOf = (title: string, tasks: readonly TaskLine[]): string | null => {
  const named = /User Story\s+(\d+)/i.exec(title)?.[1];
  if (named !== undefined) return `US${named}`;
  const [first] = tasks;
  return first !== undefined && first.story !== null && tasks.every(({ story }) => story === first.story)
    ? first.story
    : null;
};

const story = String.raw`(?:US\s?|User Stor(?:y|ies)\s+)\d+`;
const subject = new RegExp(String.raw`^\s*[-*+]\s+\*{0,2}(${story})\b[^:]*:\*{0,2}`, 'i');
const needs = new RegExp(
  String.raw`(?<!\b(?:not|no|n't)\s)\b(?:depends? on|requires|(?:start|implemented|sequential)\s+after)\s+(${story}(?:(?:\s*(?:,|&|\+|and|/)\s*)+(?:${story}|\d+))*)`,
  'gi',
);

/** `- **User Story 3 (P3)**: Depends on US1 AND US2`. */
const readStoryOrder = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const order = new Map<string, readonly string[]>();
  for (const line of lines) {
    const name = subject.exec(line);
    if (name?.[1] === undefined) continue;
    const found = [...line.slice(name[0].length).matchAll(needs)].flatMap(([, list = '']) =>
      [...list.matchAll(/\d+/g)].map(([digits]) => `US${digits}`),
    );
    const own = `US${/\d+/.exec(name[1])?.[0] ?? ''}`;
    const others = found.filter((each) => each !== own);
    if (others.length > 0) order.set(own, [...new Set([...(order.get(own) ?? []), ...others])]);
  }
  return order;
};

const withoutCode = (lines: readonly string[]): readonly string[] => {
  let fence: string | null = null;
  let isComment = false;
  return lines.map((line) => {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence !== null) {
      if (mark?.startsWith(fence) === true) fence = null;
      return '';
    }
    if (mark !== null) fence = mark;
    const isInside = isComment;
    if (line.includes('<!--')) isComment = true;
    if (line.includes('-->')) isComment = false;
    return mark !== null || isInside || /^\s*(?:>|<!--)/.test(line) ? '' : line;
  });
};
