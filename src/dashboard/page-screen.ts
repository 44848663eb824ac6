/** Screens of many lines: a work, a log, the help. */
import { line, type Line } from '../view/line.ts';
import { wrapLine } from './cut.ts';
import { footer } from './footer.ts';
import { edgeRow, innerWidth, lineRow, type Row } from './row.ts';
import type { Window } from './list-screen.ts';
import type { Ui } from './ui.ts';

export interface PageScene extends Window {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Lines from the top; or, if `isFromEnd`, upwards from the end. */
  readonly scroll: number;
  readonly isFromEnd: boolean;
  readonly ui: Ui;
}

/** Lines that a page shows at once. */
export const pageHeight = ({ rows }: Window): number => Math.max(0, rows - 2);

/** The lines as they are shown, long ones on several. */
export const wrapPage = (lines: readonly Line[], { columns }: Window): readonly Line[] =>
  lines.flatMap((each) => wrapLine(each, innerWidth(columns)));

/** `lines` are wrapped already. Exactly as many rows as the window has. */
export const pageScreen = (scene: PageScene): readonly Row[] => {
  const { columns, rows, lines, scroll, isFromEnd } = scene;
  const height = pageHeight(scene);
  const last = Math.max(0, lines.length - height);
  const top = Math.max(0, Math.min(last, isFromEnd ? last - scroll : scroll));
  const visible = lines.slice(top, top + height);
  const place = lines.length > height ? `${top + 1}-${top + visible.length} of ${lines.length}` : '';
  const blanks = Array.from({ length: height - visible.length }, (): Line => []);
  return [
    edgeRow(columns, 'top', { left: line([scene.title, 'title']), right: line([place, 'dim']) }),
    ...[...visible, ...blanks].map((each) => lineRow(columns, each)),
    edgeRow(columns, 'bottom', { left: footer(scene.ui, columns - 6) }),
  ].slice(0, rows);
};
