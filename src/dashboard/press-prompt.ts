/** Keys while the bottom line asks for something. */
import type { Key } from './keys.ts';
import type { Pressed, Prompt, Ui } from './ui.ts';

export const pressInPrompt = (ui: Ui, prompt: Prompt, key: Key): Pressed =>
  prompt.kind === 'stop' ? answerStop(ui, prompt.id, key) : typeInto(ui, prompt, key);

const closed = (ui: Ui): Ui => ({ ...ui, prompt: null });

/** Anything but a clear yes is a no. */
const answerStop = (ui: Ui, id: string | null, key: Key): Pressed => {
  const name = typeof key === 'string' ? key : key.text;
  if (name === 'y') return { ui: closed(ui), wish: { kind: 'stop', id: null } };
  if (name === 'w' && id !== null) return { ui: closed(ui), wish: { kind: 'stop', id } };
  return { ui: { ...closed(ui), message: { text: 'not stopped', style: 'dim' } }, wish: null };
};

type Typed = Exclude<Prompt, { readonly kind: 'stop' }>;

/** Characters of a typed text. */
const longest = 1000;

const typeInto = (ui: Ui, prompt: Typed, key: Key): Pressed => {
  switch (key) {
    case 'escape':
      return { ui: prompt.kind === 'filter' ? { ...closed(ui), filter: prompt.before } : closed(ui), wish: null };
    case 'enter':
      return submit(ui, prompt);
    case 'backspace':
      return edited(ui, prompt, [...prompt.text].slice(0, -1).join(''));
    case 'ctrl+u':
      return edited(ui, prompt, '');
    default:
      return typeof key === 'string' ? { ui, wish: null } : edited(ui, prompt, `${prompt.text}${key.text}`);
  }
};

const submit = (ui: Ui, prompt: Typed): Pressed => {
  if (prompt.kind === 'filter') return { ui: closed(ui), wish: null };
  const answer = prompt.text.trim();
  return { ui: closed(ui), wish: answer === '' ? null : { kind: 'retry', id: prompt.id, answer } };
};

/** The list follows the filter as it is typed. */
const edited = (ui: Ui, prompt: Typed, typed: string): Pressed => {
  const text = typed.slice(0, longest);
  const filter = prompt.kind === 'filter' ? { filter: text, chosen: null, top: 0 } : {};
  return { ui: { ...ui, ...filter, prompt: { ...prompt, text } }, wish: null };
};
