/** The first screen: counts, the works, the bars, Recent Activity. */
import { countsLine, formatCount, shortCountsLine } from '../view/count.ts';
import type { Feed, FeedEntry } from '../view/feed.ts';
import { line, type Line, type Style } from '../view/line.ts';
import { marks } from '../view/mark.ts';
import type { PanelView } from '../view/panel.ts';
import { rowWords } from '../view/row.ts';
import type { ItemStatus, ShownState } from '../view/status.ts';
import { barLines } from './bars.ts';
import { fitText, lineWidth, widthOf } from './cut.ts';
import { footer } from './footer.ts';
import { edgeRow, innerWidth, insideRow, lineRow, type Row } from './row.ts';
import { rowOf, topOf, type Ui } from './ui.ts';

export interface Window {
  readonly columns: number;
  readonly rows: number;
}

export interface ListScene extends Window {
  readonly panel: PanelView;
  readonly feed: Feed;
  readonly ui: Ui;
}

/** How the rows of the window are shared out. What is least wanted goes first where the window is low. */
export interface Shares {
  readonly counts: number;
  readonly warning: number;
  readonly list: number;
  readonly bars: number;
  /** Lines of Recent Activity; its heading is one more if there are any. */
  readonly feed: number;
}

export const shareRows = ({ rows, panel, feed }: Pick<ListScene, 'rows' | 'panel' | 'feed'>): Shares => {
  const room = Math.max(0, rows - 2);
  const counts = room >= 8 ? 1 : 0;
  const warning = panel.warning !== null && room >= 5 ? 1 : 0;
  const bars = room >= 14 ? panel.bars.length : room >= 4 ? 1 : 0;
  const dividers = room >= 10 ? 2 : bars > 0 ? 1 : 0;
  const left = room - counts - warning - bars - dividers;
  const wanted = room >= 12 ? feed.entries.length : 0;
  const least = Math.min(wanted, Math.floor(room / 4));
  const spare = Math.max(least, left - panel.items.length - 1);
  const lines = Math.max(0, Math.min(wanted, spare));
  return { counts, warning, bars, feed: lines, list: Math.max(0, left - lines - (lines > 0 ? 1 : 0)) };
};

/** Exactly as many rows as the window has. */
export const listScreen = (scene: ListScene): readonly Row[] => {
  const { columns, rows, panel, feed, ui } = scene;
  const shares = shareRows(scene);
  const inside = (content: Line): Row => lineRow(columns, content);
  const divider = (words: Line): Row => edgeRow(columns, 'middle', { left: words });
  const all: readonly Row[] = [
    edgeRow(columns, 'top', { left: line([panel.title, 'title']), right: line([panel.state, panel.stateStyle]) }),
    ...(shares.counts > 0 ? [inside(countsThatFit(panel, innerWidth(columns)))] : []),
    ...(shares.warning > 0 ? [inside(line([panel.warning ?? '', 'warn']))] : []),
    ...(rows - 2 >= 10 ? [divider([])] : []),
    ...listRows(scene, shares.list),
    ...(shares.bars > 0 ? [divider([])] : []),
    ...barLines(panel.bars.slice(0, shares.bars), innerWidth(columns)).map(inside),
    ...(shares.feed > 0
      ? [divider(line(['Recent Activity', 'title'])), ...feedLines(feed, shares.feed).map(inside)]
      : []),
    edgeRow(columns, 'bottom', { left: footer(ui, columns - 6) }),
  ];
  return all.slice(0, rows);
};

const countsThatFit = ({ counts }: PanelView, width: number): Line => {
  const long = countsLine(counts);
  return lineWidth(long) <= width ? long : shortCountsLine(counts);
};

/** The rows that are in sight; the last one counts what is not. */
const listRows = (scene: ListScene, height: number): readonly Row[] => {
  const { columns, panel, ui } = scene;
  const { items } = panel;
  const shown = listHeight(items.length, height);
  const top = topOf(ui, items, shown);
  const visible = items.slice(top, top + shown);
  const chosen = rowOf(ui, items);
  const layout = columnsOf(innerWidth(columns), visible);
  const rows = visible.map((item, i) => insideRow(columns, itemCells(item, layout, top + i === chosen)));
  const fold = shown < items.length && height > 0 ? [lineRow(columns, foldLine(items, top, shown))] : [];
  const empty = items.length === 0 && height > 0 ? [lineRow(columns, line(['no work matches', 'dim']))] : [];
  const blanks = Math.max(0, height - rows.length - fold.length - empty.length);
  return [...rows, ...empty, ...Array.from({ length: blanks }, () => lineRow(columns, [])), ...fold];
};

/** Rows that works get: all, or all but the one that counts the rest. */
export const listHeight = (works: number, height: number): number =>
  works <= height ? height : Math.max(0, height - 1);

interface Columns {
  readonly name: number;
  readonly title: number;
  readonly width: number;
}

/** Names are aligned; titles are shown where the window is wide. */
const columnsOf = (width: number, items: readonly ItemStatus[]): Columns => {
  const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(widthOf));
  const name = Math.min(longest(items.map(({ id }) => id)), Math.max(8, Math.floor(width * 0.3)));
  const titles = items.filter(({ id, title }) => title !== id).map(({ title }) => title);
  const title = width < 100 ? 0 : Math.min(longest(titles), Math.floor(width * 0.3));
  return { name, title, width };
};

const itemCells = (item: ItemStatus, { name, title, width }: Columns, isChosen: boolean): Row => {
  const { mark, text, style } = rowWords(item);
  const markAt = 3 + name + 2 + (title > 0 ? title + 2 : 0);
  const idStyle: Style = isChosen ? 'title' : 'plain';
  return [
    { at: 1, width: name + 2, line: line([isChosen ? '▸ ' : '  ', 'title'], [fitText(item.id, name), idStyle]) },
    ...(title > 0
      ? [{ at: 5 + name, width: title, line: line([item.title === item.id ? '' : item.title, 'dim']) }]
      : []),
    { at: markAt, width: 2, line: line(mark) },
    { at: markAt + 3, width: width - markAt - 2, line: line([text, style]) },
  ];
};

/** What is not in sight, by state. */
const foldLine = (items: readonly ItemStatus[], top: number, shown: number): Line => {
  const hidden = [...items.slice(0, top), ...items.slice(top + shown)];
  const counts = new Map<ShownState, number>();
  for (const { state } of hidden) counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = [...counts].map(([state, count]) => `${marks[state]} ${formatCount(count)} ${state}`);
  const above = top > 0 ? `, ${formatCount(top)} above` : '';
  return line([`  … ${formatCount(hidden.length)} more${above}: ${words.join('  ')}`, 'dim']);
};

/** `[work] text`, what stands in brackets aligned; the newest at the bottom. */
const feedLines = ({ entries }: Feed, count: number): readonly Line[] => {
  const shown = entries.slice(-count);
  const longest = Math.min(24, Math.max(0, ...shown.map((entry) => widthOf(nameOf(entry)))));
  return shown.map((entry) => line([`[${fitText(nameOf(entry), longest)}] `, 'dim'], entry.text));
};

const nameOf = ({ id }: FeedEntry): string => id ?? 'batch';
