/** A project whose works have groups, models and variants, for tests of the pages. */
import { join } from 'node:path';
import { makeCommandLine, type CommandLine } from './command-line.ts';

export interface WebWork {
  readonly id: string;
  readonly title?: string;
  readonly group?: string | null;
  readonly params?: Readonly<Record<string, string>>;
  readonly dependencies?: readonly string[];
  readonly workflow?: string;
}

/** So many works, spread over these groups in turn: `w001` … */
export const spread = (count: number, groups: readonly string[]): readonly WebWork[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `w${String(i + 1).padStart(3, '0')}`,
    title: `Make part ${i + 1}`,
    group: groups[i % groups.length] ?? null,
    params: { model: `m${i % 3}`, ...(i % 2 === 0 ? { variant: 'long' } : {}) },
  }));

const stages = {
  // A first stage that says something in colours, a second one that waits until the work's own gate, or the one of all, opens.
  make: [
    { name: 'speak', run: 'printf "\\033[32mfirst\\033[0m words of %s\\n" "$WF_WORK_ID"' },
    {
      name: 'hold',
      run: 'echo "$WF_WORK_ID" >> "$TRACE"; echo holding; echo \'{"outcome":"next","quality":0.87}\' > "$WF_RESULT_FILE"; while [ ! -e "$GATE" ] && [ ! -e "$GATE-$WF_WORK_ID" ]; do sleep 0.05; done; echo through',
    },
  ],
  fails: [{ name: 'break', run: 'echo "no such table" >&2; exit 7' }],
  blocks: [
    {
      name: 'ask',
      run: '[ -n "$WF_ANSWER" ] && echo "told $WF_ANSWER" && exit 0; echo \'{"outcome":"blocked","question":"which colour?"}\' > "$WF_RESULT_FILE"',
    },
  ],
};

export interface WebProject extends CommandLine {
  /** Names a file outside the project. */
  readonly told: (name: string) => string;
  /** Lets all held works go on. */
  readonly openGate: () => Promise<void>;
  readonly setWorks: (works: readonly WebWork[]) => Promise<void>;
}

/** Works are not in worktrees and nothing is pushed: what is tested is what the pages show. */
export const makeWebProject = async (works: readonly WebWork[], more: object = {}): Promise<WebProject> => {
  const line = await makeCommandLine();
  const told = (name: string): string => join(line.folder, name);
  await line.config({
    default_workflow: 'make',
    retry: { max_attempts: 1 },
    workflows: Object.fromEntries(
      Object.entries(stages).map(([name, list]) => [name, { worktree: false, stages: list }]),
    ),
    env: { GATE: told('gate'), TRACE: told('trace') },
    ...more,
  });
  const setWorks = async (list: readonly WebWork[]): Promise<void> => {
    await line.write(
      line.project,
      '.wf',
      'schedule.json',
      JSON.stringify({
        ...{ version: 1, created_at: '2026-01-01T00:00:00.000Z', sources: [], groups: { order: [], pinned: [] } },
        works: list.map((work) => ({
          ...{ title: work.id, body: '', source: { type: 'local', ref: work.id }, dependencies: [] },
          ...work,
        })),
      }),
    );
  };
  await setWorks(works);
  return { ...line, told, setWorks, openGate: async () => void (await line.write(line.folder, 'gate', '')) };
};
