/** How much of a taxonomy a skeleton keeps. */
import { Problem } from '../../../src/ports/problem.ts';
import { nearest } from '../../../src/protocol/nearest.ts';

export interface Preset {
  /** Levels below the root; what is deeper becomes a list of its leaves. */
  readonly depth: number;
  /** A branch with fewer leaves than this is no branch of its own: its leaves go to its parent's list. */
  readonly smallest: number;
  /** Whether siblings stand beside what they are like, by the meaning of their glosses. This is what costs. */
  readonly arranged: boolean;
}

const presets: Readonly<Record<string, Preset>> = {
  'ultra-detailed': { depth: 400, smallest: 1, arranged: false },
  detailed: { depth: 12, smallest: 3, arranged: false },
  balanced: { depth: 8, smallest: 4, arranged: true },
  compact: { depth: 4, smallest: 12, arranged: false },
  flat: { depth: 0, smallest: 1, arranged: false },
};

export const presetNames: readonly string[] = Object.keys(presets);

export const defaultPreset = 'balanced';

/** Throws a Problem that names the nearest for an unknown name. */
export const findPreset = (name: string = defaultPreset): Preset => {
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset !== undefined) return preset;
  throw unknownName('preset', name, presetNames);
};

/** The refusal of a name that is not among those there are. */
export const unknownName = (noun: string, name: string, known: readonly string[]): Problem => {
  const near = nearest(name, known);
  return new Problem({
    what: `there is no ${noun} ${JSON.stringify(name.slice(0, 80))}${near === null ? '' : `; did you mean ${near}?`}`,
    where: `the ${noun} of this entry`,
    hint: `those there are: ${known.join(', ')}`,
    code: 'refused',
  });
};
