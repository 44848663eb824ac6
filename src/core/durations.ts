/** Durations learnt from earlier batches, by workflow, group and stage; a plan keeps what it was made with. */
import { parameters } from './forecast-parameters.ts';
import { declaredScales, fitLogs, unknownScales, type Fit, type Scales } from './spread.ts';

/** How long works of one kind, or one stage of them, have taken. */
export interface DurationClass {
  readonly workflow: string;
  /** Null: of every group together. */
  readonly group: string | null;
  /** Null: the whole work, from its first start to its end. */
  readonly stage: string | null;
  /** The median. */
  readonly seconds: number;
  /** Scales of the logarithm around it. */
  readonly below: number;
  readonly above: number;
  /** How many works stand behind it. */
  readonly works: number;
}

/** What `history.jsonl` says of one work that was completed. */
export interface PastWork {
  readonly workflow: string;
  readonly group: string | null;
  readonly duration_ms: number;
  /** Time in each stage, all its visits together. */
  readonly stages_ms: ReadonlyMap<string, number>;
}

/** Oldest first. */
export const learnDurations = (past: readonly PastWork[]): readonly DurationClass[] => {
  const logs = collect(past);
  return [...logs.values()].map(({ kind, values }) => {
    const around = kind.group === null ? null : (logs.get(keyOf({ ...kind, group: null }))?.values ?? null);
    const fit = fitLogs(values, around === null ? null : fitLogs(around, null));
    return {
      ...kind,
      seconds: round(Math.exp(fit.centre)),
      below: round(fit.below),
      above: round(fit.above),
      works: values.length,
    };
  });
};

type Kind = Pick<DurationClass, 'workflow' | 'group' | 'stage'>;

const collect = (
  past: readonly PastWork[],
): ReadonlyMap<string, { readonly kind: Kind; readonly values: number[] }> => {
  const logs = new Map<string, { readonly kind: Kind; readonly values: number[] }>();
  const add = (kind: Kind, ms: number): void => {
    const key = keyOf(kind);
    const known = logs.get(key) ?? { kind, values: [] };
    logs.set(key, known);
    // Below a millisecond nothing is measured.
    if (known.values.push(Math.log(Math.max(1, ms) / 1000)) > parameters.newest) known.values.shift();
  };
  for (const { workflow, group, duration_ms, stages_ms } of past)
    for (const each of group === null ? [null] : [null, group]) {
      add({ workflow, group: each, stage: null }, duration_ms);
      for (const [stage, ms] of stages_ms) add({ workflow, group: each, stage }, ms);
    }
  return logs;
};

/** No name holds a NUL. */
const keyOf = ({ workflow, group, stage }: Kind): string => `${workflow}\0${group ?? '\0'}\0${stage ?? '\0'}`;

const round = (value: number): number => Number(value.toPrecision(6));

/** What is expected of works of one kind around their median. */
export interface Expectation extends Scales {
  readonly workflow: string;
  /** How far all of the kind may be off together: a standard deviation of the logarithm. */
  readonly error: number;
}

/** What is expected of works and their stages. */
export interface Expectations {
  /** Seconds that such a work is expected to take: learnt, declared, or the default. */
  secondsOf(work: Timed): number;
  /** The same object for all works of a kind. */
  kindOf(work: Timed): Expectation;
  /** Of one of its stages; null where nothing is learnt of it. */
  stageOf(work: Timed, stage: string): DurationClass | null;
}

export interface Timed {
  readonly workflow: string;
  readonly group: string | null;
  readonly estimate_seconds: number | null;
}

export const expectationsOf = (classes: readonly DurationClass[]): Expectations => {
  const byKey = new Map(classes.map((each) => [keyOf(each), each]));
  /** A workflow of which a few works are known has a history; within it the group's own one counts. */
  const find = ({ workflow, group }: Timed, stage: string | null): DurationClass | null => {
    const all = byKey.get(keyOf({ workflow, group: null, stage }));
    if (all === undefined || all.works < parameters.least) return null;
    return (group === null ? undefined : byKey.get(keyOf({ workflow, group, stage }))) ?? all;
  };
  const { error } = parameters;
  const known = new Map<DurationClass | string, Expectation>();
  return {
    secondsOf: (work) => find(work, null)?.seconds ?? work.estimate_seconds ?? parameters.default_seconds,
    kindOf: (work) => {
      const learnt = find(work, null);
      const isDeclared = work.estimate_seconds !== null;
      const key = learnt ?? `${isDeclared ? 'declared' : 'unknown'} ${work.workflow}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const { below, above } = learnt ?? (isDeclared ? declaredScales : unknownScales);
      const off = isDeclared ? error.declared : error.unknown;
      const made: Expectation = {
        workflow: work.workflow,
        error: learnt === null ? off : Math.hypot(error.learnt, errorOfMedian(learnt)),
        below,
        above,
      };
      known.set(key, made);
      return made;
    },
    stageOf: find,
  };
};

/** The standard deviation of a median, in the logarithm. */
export const errorOfMedian = ({ below, above, works }: Pick<Fit, 'below' | 'above' | 'works'>): number =>
  (below + above) / Math.sqrt(works);
