/** `wf0-schedule show ID`: one work as a whole. */
import { givenFields, type GivenField } from '../core/compare-works.ts';
import type { Work } from '../core/work.ts';
import { clip } from './clean.ts';
import { blank, line, type Line } from './line.ts';
import { describeValue } from './work-fields.ts';

export interface WorkText {
  readonly work: Work;
  /** Ids of works that depend on it. */
  readonly dependents: readonly string[];
  /** Fields that are not as its source said. */
  readonly edited: ReadonlySet<GivenField>;
}

const names: Partial<Record<GivenField, string>> = { dependencies: 'depends on', conflicts: 'never with' };

/** Id and title, every field that is not empty, then the body as it is written. */
export const workText = ({ work, dependents, edited }: WorkText): readonly Line[] => {
  const rows: readonly (readonly [string, string])[] = [
    [
      'source',
      clip(
        [work.source.type, work.source.ref, ...(work.source.url === undefined ? [] : [work.source.url])].join(' '),
        300,
      ),
    ],
    ...givenFields
      .filter((field) => field !== 'title' && field !== 'body')
      .map((field) => [names[field] ?? field, describeValue(work[field])] as const)
      .filter(([, value]) => value !== 'none'),
    ...(dependents.length === 0 ? [] : [['needed by', clip(dependents.join(', '), 300)] as const]),
    ...(edited.size === 0 ? [] : [['edited', `${[...edited].join(', ')} (by hand)`] as const]),
  ];
  const wide = Math.max(...rows.map(([name]) => name.length));
  return [
    line([work.id, 'title'], work.title === work.id ? '' : `  ${work.title}`),
    ...rows.map(([name, value]) => line([`  ${name.padEnd(wide)}  `, 'dim'], value)),
    ...(work.body === ''
      ? []
      : [
          blank,
          ...work.body
            .trimEnd()
            .split('\n')
            .map((each) => line(each)),
        ]),
  ];
};
