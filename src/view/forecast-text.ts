/** The forecast in words: `status --forecast`. */
import { clip } from './clean.ts';
import { etaRangeWords, formatDuration, rangeWords } from './duration.ts';
import type { ForecastDocument } from './forecast.ts';
import { blank, line, type Line } from './line.ts';

/** Works of the longest chain that are named. */
const shownPath = 30;

/** The lines of the forecast; null: the batch does not run. */
export const forecastText = (forecast: ForecastDocument | null, parallel: number): readonly Line[] => {
  const title = [blank, line(['Forecast', 'title'])];
  if (forecast?.eta == null) return [...title, line(['  nothing runs, so nothing is foreseen', 'dim'])];
  const { eta, what_if } = forecast;
  const width = String(Math.max(...what_if.map((each) => each.parallel))).length;
  const foreseen = etaRangeWords(eta.seconds, eta.low_seconds, eta.high_seconds);
  return [
    ...title,
    line(`  ${foreseen} with ${parallel} ${parallel === 1 ? 'worker' : 'workers'}`, [
      '   four of five such batches end within the brackets',
      'dim',
    ]),
    ...pathLines(forecast),
    ...what_if.map((each) => {
      const name = `${String(each.parallel).padStart(width)} ${each.parallel === 1 ? 'worker ' : 'workers'}`;
      const range = rangeWords(each.estimate_low_seconds, each.estimate_high_seconds);
      return line(`  ${name}  ${formatDuration(each.estimate_seconds * 1000)} (${range})`, [
        each.parallel === parallel ? '  <- now' : '',
        'dim',
      ]);
    }),
  ];
};

const pathLines = ({ critical_path: ids, critical_path_seconds: seconds }: ForecastDocument): readonly Line[] => {
  if (ids.length === 0) return [];
  const more = ids.length > shownPath ? ` and ${ids.length - shownPath} more` : '';
  const path = ids.slice(0, shownPath).join(' -> ');
  return [line(`  Longest chain left: ${clip(path, 2000)}${more}`, [`  ${formatDuration(seconds * 1000)}`, 'dim'])];
};
