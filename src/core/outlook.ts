/**
 * When a batch will be done: its works are run forward many times from where they stand, each time with other durations.
 *
 *     plan's durations ─► expectations ─┐
 *     what this batch has shown ────────┴─► lessons ─► draw ─► simulate ─► quantiles
 *
 * Durations differ in two ways: each work by itself, which a batch of many evens out, and all works of a workflow
 * together, which it does not; the second is what the batch's own completed works tell most about. It does not know
 * failures to come and works that wait for a person.
 */
import { isHeld } from './decide.ts';
import { expectationsOf, type DurationClass, type Expectation } from './durations.ts';
import { parameters } from './forecast-parameters.ts';
import { criticalPath } from './forecast.ts';
import { learnFromBatch, type Lesson } from './lessons.ts';
import type { Plan, PlannedWork } from './plan.ts';
import type { Random } from './random.ts';
import { relateSome } from './relations.ts';
import { boundsOf, makeModel, simulate, type Model, type Simulated, type Start } from './simulation.ts';
import { deviationAt, factorAt, leftAt, quantileOf, type Scales } from './spread.ts';
import { isActive, type BatchState, type WorkRecord } from './state.ts';

/** Seconds: the median, and the ends of the interval that holds 80 %. */
export interface Range {
  readonly seconds: number;
  readonly low_seconds: number;
  readonly high_seconds: number;
}

/** What is still to be done, ready to be simulated with any number of workers. */
export interface Outlook {
  /** Until nothing runs and nothing may go; null if there is nothing of it. */
  range(parallel: number): Range | null;
  /** The chain that takes longest of what is left and may go, by expected durations, first work first. */
  criticalPath(): { readonly ids: readonly string[]; readonly seconds: number };
}

/** Of a plan that has not begun. */
export const outlookOfPlan = (plan: Simulated & Pick<Plan, 'durations'>, random: Random): Outlook => {
  const expectations = expectationsOf(plan.durations ?? []);
  const { works } = plan;
  const ahead = works.map((work): Ahead => ({
    of: expectations.kindOf(work),
    seconds: work.expected_seconds,
    parts: null,
  }));
  return makeOutlook({ works, model: makeModel(plan), ahead, start: {}, shiftOf: () => 0, random });
};

/** Of a batch as it stands at `now`, in milliseconds since the epoch. */
export const outlookOf = (state: BatchState, now: number, random: Random): Outlook => {
  const lessons = learnFromBatch(state, now);
  const open = openWorks(state);
  const works = open.map((i) => state.works[i] as PlannedWork);
  const left = leftOf(state, now, lessons);
  const dependencies = new Int32Array(open.length);
  const releases = new Float64Array(open.length);
  const running: number[] = [];
  open.forEach((i, at) => {
    dependencies[at] = state.remaining[i] as number;
    const work = (state.records[i] as WorkRecord).state;
    if (isActive(work)) running.push(at);
    else if (work.status === 'queued') releases[at] = Math.max(0, work.not_before - now) / 1000;
  });
  return makeOutlook({
    works,
    model: { ...boundsOf({ ...state.plan, works }), ...relateSome(state.relations, open), dependencies },
    ahead: open.map(left),
    start: { running, releases, isHeld: isHeld(state) },
    shiftOf: shiftBy(lessons),
    random,
  });
};

/** Seconds that a work of the batch has still to run, expected; for any index. */
export const secondsLeft = (state: BatchState, now: number): ((i: number) => number) => {
  const lessons = learnFromBatch(state, now);
  const left = leftOf(state, now, lessons);
  const shiftOf = shiftBy(lessons);
  return (i) => {
    const one = left(i);
    return expectedLeft(one, shiftOf(one.of));
  };
};

const shiftBy =
  (lessons: ReadonlyMap<string, Lesson>) =>
  ({ workflow }: Expectation): number =>
    lessons.get(workflow)?.shift ?? 0;

/** One work: what is left of it, and of what kind it is. */
interface Ahead {
  readonly of: Expectation;
  /** The median of the whole work. */
  readonly seconds: number;
  /** Of one that has begun: what is left, one after the other. */
  readonly parts: readonly Part[] | null;
}

interface Part extends Scales {
  readonly seconds: number;
  readonly elapsed: number;
}

const openWorks = ({ records, doomedBy }: BatchState): readonly number[] => {
  const open: number[] = [];
  records.forEach(({ state: { status } }, i) => {
    if (isOpen(status) && (doomedBy[i] as number) < 0) open.push(i);
  });
  return open;
};

const isOpen = (status: string): boolean => status === 'queued' || status === 'assigned' || status === 'running';

/**
 * What is left of a work: of one that has begun the rest of its stage and those behind it, where their durations are
 * learnt; else of all of it what is longer than it has run.
 */
const leftOf = (state: BatchState, now: number, lessons: ReadonlyMap<string, Lesson>): ((i: number) => Ahead) => {
  const expectations = expectationsOf(state.plan.durations ?? []);
  return (i) => {
    const work = state.works[i] as PlannedWork;
    const record = state.records[i] as WorkRecord;
    const of = lessons.get(work.workflow) ?? expectations.kindOf(work);
    const seconds = work.expected_seconds;
    if (record.attempts === 0) return { of, seconds, parts: null };
    const stages = record.stage_index > 0 || record.state.status === 'running' ? stagesLeft(state, i) : [];
    const learnt = stages.map(({ name }) => expectations.stageOf(work, name));
    if (learnt.length === 0 || learnt.includes(null)) {
      const { below, above } = of;
      return { of, seconds, parts: [{ below, above, seconds, elapsed: elapsedSeconds(record, now) }] };
    }
    const inStage = record.state.status === 'running' ? Math.max(0, now - record.state.stage_since) / 1000 : 0;
    return {
      of,
      seconds,
      parts: learnt.flatMap((each, at) => (each === null ? [] : [toPart(each, at === 0 ? inStage : 0)])),
    };
  };
};

const toPart = ({ below, above, seconds }: DurationClass, elapsed: number): Part => ({
  below,
  above,
  seconds,
  elapsed,
});

const stagesLeft = ({ plan, works, records }: BatchState, i: number): readonly { readonly name: string }[] =>
  (plan.workflows[works[i]?.workflow ?? '']?.stages ?? []).slice(records[i]?.stage_index ?? 0);

/** How long a work has held a slot, as far as the journal's state tells. */
const elapsedSeconds = ({ state, run_ms, started_at, attempts }: WorkRecord, now: number): number => {
  if (!isActive(state)) return run_ms / 1000;
  const since = attempts <= 1 && started_at !== null ? started_at : state.since - run_ms;
  return Math.max(0, now - since) / 1000;
};

const expectedLeft = ({ seconds, parts }: Ahead, shift: number): number =>
  parts === null
    ? seconds * Math.exp(shift)
    : parts.reduce((sum, part) => sum + leftAt(part, part.seconds * Math.exp(shift), part.elapsed, 0.5), 0);

interface Outlooking {
  readonly works: readonly PlannedWork[];
  readonly model: Model;
  readonly ahead: readonly Ahead[];
  readonly start: Pick<Start, 'running' | 'releases' | 'isHeld'>;
  /** What is added to the logarithm of every duration of a kind. */
  readonly shiftOf: (kind: Expectation) => number;
  readonly random: Random;
}

const makeOutlook = ({ works, model, ahead, start, shiftOf, random }: Outlooking): Outlook => {
  let samples: readonly Float64Array[] | null = null;
  return {
    range: (parallel) => {
      if (ahead.length === 0) return null;
      samples ??= drawSamples(ahead, shiftOf, random);
      const ends = Float64Array.from(samples, (seconds) => simulate(model, { ...start, parallel, seconds })).sort();
      const at = (share: number): number => quantileOf(ends, share);
      return { seconds: at(0.5), low_seconds: at(parameters.low), high_seconds: at(parameters.high) };
    },
    criticalPath: () => {
      const going: number[] = [...(start.running ?? [])];
      simulate(model, { ...start, parallel: Infinity, onStart: (i) => going.push(i) });
      const here = new Set<string>(going.map((i) => works[i]?.id ?? ''));
      return criticalPath(
        going.map((i) => {
          const { id, dependencies } = works[i] as PlannedWork;
          const one = ahead[i] as Ahead;
          const expected_seconds = expectedLeft(one, shiftOf(one.of));
          return { id, dependencies: dependencies.filter((each) => here.has(each)), expected_seconds };
        }),
      );
    },
  };
};

/** Durations of every work, so many times as the bound of the cost allows. This is most of what a status costs. */
const drawSamples = (
  ahead: readonly Ahead[],
  shiftOf: (kind: Expectation) => number,
  random: Random,
): readonly Float64Array[] => {
  const { simulated_works, samples } = parameters;
  const count = Math.min(samples.most, Math.max(samples.least, Math.floor(simulated_works / ahead.length)));
  const kinds = [...new Set(ahead.map(({ of }) => of))];
  const numberOf = new Map(kinds.map((kind, number) => [kind, number]));
  const kindOf = new Int32Array(ahead.length);
  ahead.forEach(({ of }, i) => (kindOf[i] = numberOf.get(of) as number));
  const tables = kinds.map(factorTable);
  const together = makeTogether(kinds, random);
  return Array.from({ length: count }, (_, sample) => {
    const off = together(sample);
    const factors = kinds.map((kind, number) => Math.exp(shiftOf(kind) + kind.error * (off[number] as number)));
    return drawOnce(ahead, { sample, kindOf, factors, tables, random });
  });
};

interface Draw {
  readonly sample: number;
  /** By work, a number of a kind. */
  readonly kindOf: Int32Array;
  /** By kind, on every duration of it. */
  readonly factors: readonly number[];
  readonly tables: readonly Float64Array[];
  readonly random: Random;
}

const drawOnce = (ahead: readonly Ahead[], { sample, kindOf, factors, tables, random }: Draw): Float64Array => {
  const drawn = new Float64Array(ahead.length);
  for (let i = 0; i < drawn.length; i++) {
    const { seconds, parts } = ahead[i] as Ahead;
    const kind = kindOf[i] as number;
    const factor = factors[kind] as number;
    const place = i * mostParts;
    drawn[i] =
      parts === null
        ? seconds * factor * ((tables[kind] as Float64Array)[Math.floor(random(sample, place) * tableSize)] as number)
        : drawParts(parts, factor, (at) => random(sample, place + at));
  }
  return drawn;
};

/** More stages than that share their luck. */
const mostParts = 16;

const drawParts = (parts: readonly Part[], factor: number, draw: (at: number) => number): number =>
  parts.reduce((sum, part, at) => sum + leftAt(part, part.seconds * factor, part.elapsed, draw(at % mostParts)), 0);

/** Factors on the median at evenly spread quantiles: looked up, they cost no logarithm for each work of each sample. */
const factorTable = (scales: Scales): Float64Array =>
  Float64Array.from({ length: tableSize }, (_, at) => factorAt(scales, (at + 0.5) / tableSize));

const tableSize = 256;

/**
 * By sample and kind how far all of the kind are off together, in standard deviations: half of it is common to all
 * kinds, and spread evenly instead of drawn, for it makes most of the interval and samples are few.
 */
const makeTogether = (kinds: readonly Expectation[], random: Random): ((sample: number) => readonly number[]) => {
  return (sample) => {
    const common = deviationAt(frac((sample + 0.5) * goldenRatio));
    if (kinds.length === 1) return [common];
    return kinds.map((_, kind) => (common + deviationAt(random(-1, sample * kinds.length + kind))) * Math.SQRT1_2);
  };
};

const goldenRatio = 0.6180339887498949;
const frac = (value: number): number => value - Math.floor(value);
