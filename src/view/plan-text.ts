/** The dry run as text. It ends with `no changes made`. */
import { groupPlaces, isGroupOrdered } from '../core/group-order.ts';
import type { Plan } from '../core/plan.ts';
import { clip } from './clean.ts';
import { formatDuration, rangeWords } from './duration.ts';
import { blank, line, type Line } from './line.ts';
import { planDocument, type PlanDocument } from './plan-document.ts';

/** Works that a dry run names; `--json` has all of them. */
const shownWorks = 500;

/** The lines of `start --dry-run`: works by level, the critical path, estimates, warnings. */
export const planText = (plan: Plan, document: PlanDocument = planDocument(plan)): readonly Line[] => {
  const { items, parallel, warnings } = document;
  const works = `${items.length} ${items.length === 1 ? 'work' : 'works'}`;
  return [
    line([`📋 Dry run: ${works}, ${parallel} at a time`, 'title']),
    line([`plan ${document.plan_hash}`, 'dim']),
    ...(items.length === 0 ? [line('nothing to do')] : levelLines(plan, document)),
    ...agentLines(plan),
    ...(items.length === 0 ? [] : [blank, ...orderLines(plan), ...estimateLines(document)]),
    ...(warnings.length === 0 ? [] : [blank, ...warnings.map((warning) => line([`⚠ ${warning}`, 'warn']))]),
    blank,
    line('no changes made'),
  ];
};

const levelLines = (plan: Plan, { items }: PlanDocument): readonly Line[] => {
  const byLevel = new Map<number, PlanDocument['items'][number][]>();
  for (const item of items.slice(0, shownWorks)) byLevel.set(item.level, [...(byLevel.get(item.level) ?? []), item]);
  const titles = new Map<string, string>(plan.works.map(({ id, title }) => [id, clip(title, 80)]));
  const lines = [...byLevel]
    .sort(([a], [b]) => a - b)
    .flatMap(([level, list]) => [
      blank,
      line([`Level ${level}`, 'title']),
      ...list.flatMap((item) => itemLines(item, titles)),
    ]);
  const more = items.length - shownWorks;
  return more > 0 ? [...lines, blank, line([`and ${more} more works: --json names all`, 'dim'])] : lines;
};

const itemLines = (item: PlanDocument['items'][number], titles: ReadonlyMap<string, string>): readonly Line[] => {
  const title = titles.get(item.id) ?? '';
  const behind = item.dependencies.length === 0 ? '' : ` <- ${item.dependencies.join(', ')}`;
  return [
    line(`  ${item.id}${behind}`, [title === '' || title === item.id ? '' : `  ${title}`, 'dim']),
    line([`      number ${item.order + 1}: ${item.why}`, 'dim']),
  ];
};

/** Works of the order that are named in one line. */
const orderedWorks = 30;

const orderLines = ({ works, groups }: Plan): readonly Line[] => {
  const places = groupPlaces(
    works.map(({ group }) => group),
    groups,
  );
  const names = places
    .filter(({ works: each }) => each > 0)
    .map(({ group, standing, works: each }) => {
      const name = group === null ? 'no group' : clip(group, 40);
      return `${name} (${standing === 'pinned' ? 'pinned, ' : ''}${each})`;
    });
  const more = works.length - orderedWorks;
  const ids = works.slice(0, orderedWorks).map(({ id }) => id);
  return [
    ...(isGroupOrdered(groups) ? [line(`Groups: ${clip(names.join(', '), 500)}`)] : []),
    line(
      `Order among works that are ready: ${ids.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`,
    ),
  ];
};

/** Who does the stages that are agents', by which command line, and which prompts are frozen in the plan. */
const agentLines = (plan: Plan): readonly Line[] => {
  const stages = Object.values(plan.workflows).flatMap((workflow) =>
    workflow.stages.flatMap(({ name, run, prompt }) =>
      prompt === undefined ? [] : [{ workflow: workflow.name, name, run, prompt }],
    ),
  );
  if (stages.length === 0) return [];
  return [
    blank,
    line(['Agents', 'title']),
    ...stages.map(({ workflow, name, prompt }) =>
      line(`  ${clip(workflow, 80)}/${clip(name, 80)}  `, [
        `${clip(prompt.agent, 80)}${prompt.model === null ? '' : ` (${clip(prompt.model, 80)})`} reads .wf/${clip(prompt.file, 200)}`,
        'dim',
      ]),
    ),
    ...[...new Set(stages.map(({ run }) => (typeof run === 'string' ? run : run.join(' '))))].map((command) =>
      line([`  ${clip(command, 500)}`, 'dim']),
    ),
  ];
};

const estimateLines = (document: PlanDocument): readonly Line[] => {
  const { what_if, parallel } = document;
  const width = String(Math.max(...what_if.map((each) => each.parallel))).length;
  return [
    line(`Critical path: ${document.critical_path.join(' -> ')}`),
    line(`Estimate: ${seconds(document.estimate_seconds)}${range(document)} with ${workers(parallel)}`),
    ...what_if.map((each) =>
      line(
        `  ${String(each.parallel).padStart(width)} ${each.parallel === 1 ? 'worker ' : 'workers'}  ${seconds(each.estimate_seconds)}`,
        [each.parallel === parallel ? '  <- this plan' : '', 'dim'],
      ),
    ),
  ];
};

/** ` (20m–1h 10m)` */
const range = ({ estimate_low_seconds: low, estimate_high_seconds: high }: PlanDocument): string =>
  rangeWords(low, high).includes('–') ? ` (${rangeWords(low, high)})` : '';

const workers = (count: number): string => `${count} ${count === 1 ? 'worker' : 'workers'}`;
const seconds = (count: number): string => formatDuration(count * 1000);
