/** beads: the open, unclaimed issues of `issues.jsonl`, one JSON object a line. */
import { join } from 'node:path';
import { resolve } from 'node:path';
import type { WorkId } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { isWorkId, makeId } from '../../protocol/id.ts';
import { formatPath } from '../../protocol/shape.ts';
import type { Part } from '../combine.ts';
import { condense, gather, isDone, isOpen } from '../gather.ts';
import type { Entry, EntryState } from '../gather.ts';
import { parseJsonText } from '../json-text.ts';
import { readListFile } from '../list-file.ts';
import { isFolder, showPath } from '../task-files.ts';
import { blockersOf } from './blockers.ts';
import { isClosed, isWork, issueShape } from './issue.ts';
import type { Issue } from './issue.ts';
import type { ListRequest } from '../list-request.ts';

/** A line that cannot be used is named and passed over; if none can be used, that is a Problem. */
export const readBeads = async (request: ListRequest): Promise<Part> => {
  const path = await findFile(request);
  const file = await readListFile({ path, cwd: request.cwd, what: 'the list of issues' });
  const { issues, warnings } = readLines(file.text, file.shown);
  if (issues.length === 0)
    throw new Problem({
      what: 'no line of the file is an issue of beads',
      where: warnings[0] ?? file.shown,
      hint: 'name its issues.jsonl',
      code: 'refused',
    });
  const ref = showPath(file.path, request.root);
  const blockers = blockersOf(issues.map(({ issue }) => issue));
  const others = issues.filter(({ issue }) => !isWork(issue));
  const gathered = gather(
    issues.map(({ issue, line }) =>
      toEntry(issue, { ref, shown: `${file.shown}:${line}`, dependencies: blockers.get(issue.id) ?? [] }),
    ),
    { noun: 'issue', prose: false, patterns: request.patterns },
  );
  const containers = new Set(others.map(({ issue }) => issue.id));
  return {
    ...gathered,
    warnings: [...condense(warnings), ...gathered.warnings],
    notices: [
      ...describeOthers(others.map(({ issue }) => issue)),
      ...gathered.notices.filter((notice) => !containers.has(notice.split(' ')[0] ?? '')),
    ],
  };
};

const findFile = async ({ path, cwd }: ListRequest): Promise<string> => {
  const absolute = resolve(cwd, path);
  if (!(await isFolder(absolute))) return path;
  return (await isFolder(join(absolute, '.beads')))
    ? join(absolute, '.beads', 'issues.jsonl')
    : join(absolute, 'issues.jsonl');
};

interface Line {
  readonly issue: Issue;
  readonly line: number;
}

const readLines = (
  text: string,
  shown: string,
): { readonly issues: readonly Line[]; readonly warnings: readonly string[] } => {
  const issues = new Map<string, Line>();
  const warnings: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line, `${shown}:${index + 1}`);
    if (typeof read === 'string') warnings.push(`${read}; skipped`);
    else {
      const before = issues.get(read.id);
      if (before !== undefined)
        warnings.push(`${shown}:${index + 1}: ${read.id} is also on line ${before.line}; the later line counts`);
      issues.set(read.id, { issue: read, line: index + 1 });
    }
  }
  return { issues: [...issues.values()], warnings };
};

/** The issue, or the sentence that says why the line is none. */
const readLine = (line: string, place: string): Issue | string => {
  try {
    const read = issueShape.safeParse(parseJsonText(line, place));
    if (read.success) return read.data;
    const issue = read.error.issues[0];
    const path = (issue?.path ?? []).filter((step) => typeof step !== 'symbol');
    return `${place}: ${path.length === 0 ? '' : `\`${formatPath(path)}\`: `}${issue?.message ?? 'something else'} is expected`;
  } catch (error) {
    if (error instanceof Problem)
      return error.what.startsWith(place)
        ? error.what.replace(/ is no JSON: /, ': this is no JSON: ')
        : `${place}: ${error.what}`;
    throw error;
  }
};

const describeOthers = (issues: readonly Issue[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const issue of issues) counts.set(issue.issue_type ?? '', (counts.get(issue.issue_type ?? '') ?? 0) + 1);
  return counts.size === 0
    ? []
    : [`no work by their type and left out: ${[...counts].map(([type, count]) => `${count} × ${type}`).join(', ')}`];
};

interface Context {
  readonly ref: string;
  readonly shown: string;
  readonly dependencies: readonly string[];
}

const toEntry = (issue: Issue, { ref, shown, dependencies }: Context): Entry => ({
  draft: {
    id: isWorkId(issue.id) ? issue.id : makeId(issue.id),
    title: (issue.title ?? issue.id).slice(0, 500),
    body: bodyOf(issue),
    group: issue.parent ?? issue.dependencies?.find(({ type }) => type === 'parent-child')?.depends_on_id ?? null,
    priority: Math.min(100, Math.max(1, Math.round(issue.priority ?? 2) + 1)),
    params: {},
    labels: [
      ...(issue.labels ?? []),
      ...(issue.issue_type === null || issue.issue_type === undefined ? [] : [issue.issue_type]),
    ],
    dependencies: dependencies as WorkId[],
    conflicts: [],
    estimate_seconds:
      issue.estimated_minutes === null || issue.estimated_minutes === undefined
        ? null
        : Math.max(0, issue.estimated_minutes) * 60,
    workflow: null,
    base: null,
    max_run_seconds: null,
    uses: [],
  },
  source: {
    type: 'beads',
    ref: `${ref}#${issue.id}`,
    ...(/^https?:\/\//.test(issue.external_ref ?? '') ? { url: issue.external_ref ?? '' } : {}),
  },
  writtenId: issue.id,
  shown,
  names: [],
  state: stateOf(issue),
});

/** Open and unclaimed is ours; whatever else is not closed is in somebody's hands, or put off. */
const stateOf = (issue: Issue): EntryState => {
  if (isClosed(issue)) return isDone;
  const status = issue.status ?? 'open';
  if (!isWork(issue)) return { kind: 'held', why: `is an open ${issue.issue_type ?? ''}` };
  if (status === 'open') return isOpen;
  const by = (issue.assignee ?? '') === '' ? '' : ` by ${issue.assignee ?? ''}`;
  const since = /^\d{4}-\d\d-\d\d/.exec(issue.updated_at ?? '')?.[0];
  return {
    kind: 'held',
    why: `is ${status}${by}${since === undefined ? '' : ` since ${since}`} (if nobody works on it: bd update ${issue.id} --status open)`,
  };
};

const bodyOf = ({ description, design, acceptance_criteria, notes }: Issue): string =>
  [
    description,
    ...(['Design', 'Acceptance criteria', 'Notes'] as const).map((title, at) => {
      const text = [design, acceptance_criteria, notes][at] ?? '';
      return text === '' ? '' : `## ${title}\n\n${text}`;
    }),
  ]
    .filter((part) => (part ?? '') !== '')
    .join('\n\n');
