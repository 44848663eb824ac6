/** What a walk says: phases and progress in the marks that workers read, and faults with their paths. */
import type { TreeProgress } from './progress.ts';
import { showPath, type TreeOutcome } from './run-tree.ts';

/** Where it says it. */
export interface SayStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface TreeReporter {
  say(line: string): void;
  phase(number: number, name: string): void;
  /** Tells progress now and then while other threads walk, until the returned function is called. */
  follow(progress: TreeProgress): () => void;
  /** Tells progress, if it was not told just now. */
  tick(progress: TreeProgress): void;
  finish(outcome: TreeOutcome, output: string): void;
}

const everyMs = 100;

export const makeReporter = (stream: SayStream): TreeReporter => {
  const say = (line: string): void => void stream.write(`${line}\n`);
  let toldAt = 0;
  const tell = (progress: TreeProgress): void => {
    toldAt = performance.now();
    if (stream.isTTY === true) stream.write(progressMark(progress));
  };
  return {
    say,
    phase: (number, name) => say(`═══ Phase ${number}: ${name} ═══`),
    follow: (progress) => {
      const timer = setInterval(() => tell(progress), everyMs);
      return () => {
        clearInterval(timer);
        tell(progress);
      };
    },
    tick: (progress) => {
      if (performance.now() - toldAt >= everyMs) tell(progress);
    },
    finish: ({ nodes, threads, counts }, output) => {
      for (const [name, count] of Object.entries(counts)) say(`${name}: ${count.toLocaleString('en')}`);
      const by = threads === 1 ? 'in one thread' : `in ${threads} threads`;
      say(`✅ tree of ${nodes.toLocaleString('en')} ${nodes === 1 ? 'node' : 'nodes'} complete ${by}: ${output}`);
    },
  };
};

/** OSC 9;4, by which a terminal and the worker learn how far it is. */
const progressMark = (progress: TreeProgress): string => {
  const known = progress.known();
  const percent = known === 0 ? 0 : Math.floor((progress.done() / known) * 100);
  return `\u001b]9;4;1;${percent}\u0007`;
};

/** One line a fault, and last the one that sums up. */
export const faultLines = ({ faults, faultCount }: Pick<TreeOutcome, 'faults' | 'faultCount'>): readonly string[] => {
  const lines = faults.map(({ path, message }) => `failed: ${showPath(path)}: ${message}`);
  const more = faultCount - faults.length;
  const first = faults[0];
  const summary = first === undefined ? 'no branch has a result' : `${showPath(first.path)}: ${first.message}`;
  return [
    ...lines,
    ...(more > 0 ? [`and ${more.toLocaleString('en')} more`] : []),
    `❌ the tree failed in ${faultCount === 1 ? 'one branch' : `${faultCount.toLocaleString('en')} branches, first`}: ${summary}`,
  ];
};
