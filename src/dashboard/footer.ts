/** The bottom line: what is asked, what was said, else the keys that there is room for. */
import { line, type Line } from '../view/line.ts';
import { cutText, lineWidth, widthOf } from './cut.ts';
import type { Ui } from './ui.ts';

export const footer = (ui: Ui, width: number): Line => {
  const { prompt, message } = ui;
  if (prompt !== null) return promptLine(prompt, width);
  if (message !== null) return line([message.text, message.style]);
  const filtered = ui.view.kind === 'list' && ui.filter !== '' ? [[`/${ui.filter}`, 'esc: all'] as const] : [];
  return keysThatFit([...filtered, ...(ui.view.kind === 'list' ? listKeys : pageKeys)], width);
};

type Hint = readonly [key: string, what: string];

/** The most wanted first; the others are in the help. */
const listKeys: readonly Hint[] = [
  ['?', 'help'],
  ['q', 'leave'],
  ['⏎', 'open'],
  ['a', 'attach'],
  ['l', 'log'],
  ['p', 'pause'],
  ['s', 'stop'],
  ['r', 'retry'],
  ['/', 'find'],
  ['jk', 'move'],
];

const pageKeys: readonly Hint[] = [
  ['q', 'back'],
  ['jk', 'scroll'],
  ['a', 'attach'],
  ['l', 'log'],
  ['r', 'retry'],
  ['s', 'stop'],
  ['?', 'help'],
];

const keysThatFit = (hints: readonly Hint[], width: number): Line => {
  let shown: Line = [];
  for (const [i, [key, what]] of hints.entries()) {
    const more = [...shown, ...line(`${i === 0 ? '' : '  '}${key} `, [what, 'dim'])];
    if (lineWidth(more) > width) break;
    shown = more;
  }
  return shown;
};

/** The end of what is typed stays in sight. */
const promptLine = (prompt: NonNullable<Ui['prompt']>, width: number): Line => {
  switch (prompt.kind) {
    case 'stop': {
      const one = prompt.id === null ? '' : `, w: only ${prompt.id}`;
      return line([cutText(`stop the batch? y: yes${one}, any other key: no`, width), 'warn']);
    }
    case 'filter':
      return typed('/', prompt.text, width);
    case 'answer':
      return typed(`answer to ${prompt.id}: `, prompt.text, width);
  }
};

const typed = (label: string, text: string, width: number): Line => {
  const cursor = '▏';
  let shown = text;
  while (shown !== '' && widthOf(label + shown) + 1 > width) shown = [...shown].slice(1).join('');
  return line([label, 'title'], `${shown}${cursor}`);
};
