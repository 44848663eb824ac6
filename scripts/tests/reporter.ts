/** A reporter of `node --test`: one JSON line for each test that has no tests inside it. */

/** One test's outcome. */
export interface TestResult {
  /** Its file, as node names it; null if node does not say. */
  readonly file: string | null;
  /** Titles from the outermost `describe` to the test itself. */
  readonly titles: readonly string[];
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly duration_ms: number;
  /** The first line of its error, if it failed. */
  readonly message: string | null;
}

interface ReporterEvent {
  readonly type: string;
  readonly data: EventData;
}

interface EventData {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details?: {
    readonly duration_ms?: number;
    readonly type?: string;
    readonly error?: { readonly message?: string };
  };
}

/** Called by node with the events of a run; node writes what comes out to the reporter's destination. */
export default async function* report(source: AsyncIterable<ReporterEvent>): AsyncGenerator<string> {
  const open = new Map<string, Level[]>();
  for await (const { type, data } of source) {
    const isEnd = type === 'test:pass' || type === 'test:fail';
    if (type !== 'test:start' && !isEnd) continue;
    const levels = levelsOf(open, data.file ?? '');
    if (!isEnd) {
      levels.length = Math.min(levels.length, data.nesting);
      for (const level of levels) level.hasChildren = true;
      levels[data.nesting] = { title: data.name, hasChildren: false };
      continue;
    }
    const hasChildren = levels[data.nesting]?.hasChildren === true || data.details?.type === 'suite';
    const titles = [...levels.slice(0, data.nesting).map((level) => level.title), data.name];
    levels.length = Math.min(levels.length, data.nesting);
    if (!hasChildren || isOwnFailure(type, data)) yield `${JSON.stringify(resultOf(type, data, titles))}\n`;
  }
}

interface Level {
  readonly title: string;
  hasChildren: boolean;
}

const levelsOf = (open: Map<string, Level[]>, file: string): Level[] => {
  const levels = open.get(file) ?? [];
  open.set(file, levels);
  return levels;
};

/** A parent that failed for itself (a hook, a time limit), not because something inside it did. */
const isOwnFailure = (type: string, data: EventData): boolean =>
  type === 'test:fail' && !/^\d+ subtests? failed$/.test(data.details?.error?.message ?? '');

const resultOf = (type: string, data: EventData, titles: readonly string[]): TestResult => ({
  file: data.file ?? null,
  titles,
  outcome: isGiven(data.skip) || isGiven(data.todo) ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
  duration_ms: Math.round(data.details?.duration_ms ?? 0),
  message: data.details?.error?.message?.split('\n')[0] ?? null,
});

/** A reason may be the empty string. */
const isGiven = (reason: string | boolean | undefined): boolean => reason !== undefined && reason !== false;
