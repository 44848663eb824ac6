/** The frame for what the person has chosen to see. */
import { line, type Line } from '../view/line.ts';
import type { PanelView } from '../view/panel.ts';
import { whyWork } from '../view/why.ts';
import { workPage } from '../view/work-page.ts';
import { cutText } from './cut.ts';
import { helpLines } from './help.ts';
import { listHeight, listScreen, shareRows, type Window } from './list-screen.ts';
import type { Look } from './look.ts';
import { pageHeight, pageScreen, wrapPage, type PageScene } from './page-screen.ts';
import type { Row } from './row.ts';
import type { Shown, Ui } from './ui.ts';

export interface Scene extends Window {
  readonly look: Look;
  readonly panel: PanelView;
  readonly ui: Ui;
  readonly interrupt: 'stop' | 'leave';
}

export interface Drawn {
  /** Exactly as many as the window has. */
  readonly rows: readonly Row[];
  /** What the next key needs to know. */
  readonly shown: Shown;
}

/** Below this a frame has no room for words. */
const smallest = { columns: 16, rows: 3 };

export const drawScene = (scene: Scene): Drawn => {
  const { columns, rows, panel, ui } = scene;
  if (columns < smallest.columns || rows < smallest.rows) return drawTiny(scene);
  if (ui.view.kind !== 'list') return drawPage(scene, pageOf(scene));
  const height = listHeight(panel.items.length, shareRows({ rows, panel, feed: scene.look.feed }).list);
  return {
    rows: listScreen({ columns, rows, panel, feed: scene.look.feed, ui }),
    shown: { items: panel.items, height, scrollable: 0 },
  };
};

const drawTiny = ({ columns, rows, panel, ui }: Scene): Drawn => {
  const title = line(cutText(panel.title, columns));
  return {
    rows: Array.from({ length: rows }, (_, i): Row => [{ at: 1, width: columns, line: i === 0 ? title : [] }]),
    shown: { items: panel.items, height: ui.view.kind === 'list' ? 1 : rows, scrollable: 0 },
  };
};

type Page = Pick<PageScene, 'title' | 'lines' | 'scroll' | 'isFromEnd'>;

const drawPage = (scene: Scene, page: Page): Drawn => {
  const height = pageHeight(scene);
  return {
    rows: pageScreen({ ...scene, ...page }),
    shown: { items: scene.panel.items, height, scrollable: Math.max(0, page.lines.length - height) },
  };
};

const pageOf = (scene: Scene): Page => {
  const { ui, interrupt } = scene;
  const { view } = ui;
  if (view.kind === 'work') return workPageOf(scene, view);
  if (view.kind === 'log') {
    const { tail } = detailsOf(scene, view.id);
    const lines = tail.length === 0 ? [line(['there is no output yet', 'dim'])] : tail.map((each) => line(each));
    return { title: `Log of ${view.id}`, lines: wrapPage(lines, scene), scroll: view.scroll, isFromEnd: true };
  }
  const scroll = view.kind === 'help' ? view.scroll : 0;
  return { title: 'Keys', lines: wrapPage(helpLines(interrupt), scene), scroll, isFromEnd: false };
};

/** So many lines of output are shown however low the window is; otherwise as many as there is room for. */
const leastOutput = 5;

const workPageOf = (scene: Scene, { id, scroll }: { readonly id: string; readonly scroll: number }): Page => {
  const { seen, status } = scene.look;
  const i = status.items.findIndex((item) => item.id === id);
  const item = status.items[i];
  if (item === undefined) return { title: id, lines: [line('it left the run')], scroll: 0, isFromEnd: false };
  const { runs, tail } = detailsOf(scene, id);
  const { command } = whyWork(seen.state, i, seen.now, { schedulerIsAlive: seen.live.schedulerIsAlive });
  const page = (output: readonly string[]): readonly Line[] =>
    wrapPage(workPage({ item, runs, now: seen.now, command, tail: output }), scene);
  const room = Math.max(leastOutput, pageHeight(scene) - page([]).length - 2);
  return { title: id, lines: page(tail.slice(-room)), scroll, isFromEnd: false };
};

const detailsOf = ({ look: { details } }: Scene, id: string): Pick<NonNullable<Look['details']>, 'runs' | 'tail'> =>
  details?.id === id ? details : { runs: [], tail: [] };
