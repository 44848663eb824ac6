/** From a dependency's completion to its dependent's first stage, by the journal's own times. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chain, makePlace, median, mustSucceed, quantile, type Place } from './ground.ts';

interface Line {
  readonly type: string;
  readonly id: string;
  readonly at: string;
  readonly stage_index?: number;
}

export const benchLatency = (): void => {
  const stages = [{ name: 'run', run: 'true' }];
  measure('without worktrees', { workflows: { wf: { worktree: false, stages } } }, false);
  measure('with worktrees and push', { workflows: { wf: { stages } } }, true);
};

const measure = (name: string, config: unknown, repository: boolean): void => {
  const place = makePlace({ repository, config, works: chain(200) });
  mustSucceed(place.batch('start', '--follow', '--yes', '--engine', 'process', '--parallel', '2'));
  const waits = readWaits(place);
  place.remove();
  console.log(
    `completion to the dependent's first stage, ${name}: median ${median(waits)} ms, 99th percentile ${quantile(waits, 0.99)} ms (${waits.length} handovers)`,
  );
};

const readWaits = (place: Place): number[] => {
  const batches = join(place.root, '.wf', 'batches');
  const batch = readdirSync(batches).find((each) => each !== 'latest') ?? '';
  const lines = readFileSync(join(batches, batch, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const completed = new Map(
    lines.flatMap((line) => (line.type === 'work_completed' ? [[line.id, Date.parse(line.at)]] : [])),
  );
  return lines.flatMap((line) => {
    const before = completed.get(`w${Number(line.id?.slice(1)) - 1}`);
    return line.type === 'stage_started' && line.stage_index === 0 && before !== undefined
      ? [Date.parse(line.at) - before]
      : [];
  });
};
