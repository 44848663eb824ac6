/** Bytes of a keyboard as keys. */

/** One character, or the name of a key that is none. */
export type Key =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageup'
  | 'pagedown'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'ctrl+c'
  | 'ctrl+l'
  | 'ctrl+u'
  | 'ctrl+z'
  | { readonly text: string };

export interface Decoded {
  readonly keys: readonly Key[];
  /** The beginning of a sequence of which the rest has not come yet. */
  readonly rest: string;
}

const named: Readonly<Record<string, Key>> = {
  ...{ A: 'up', B: 'down', C: 'right', D: 'left', H: 'home', F: 'end' },
  ...{ '1~': 'home', '4~': 'end', '5~': 'pageup', '6~': 'pagedown', '7~': 'home', '8~': 'end' },
};

const controls: Readonly<Record<string, Key>> = {
  ...{ '\r': 'enter', '\n': 'enter', '\u007f': 'backspace', '\b': 'backspace' },
  ...{ '\u0003': 'ctrl+c', '\u000c': 'ctrl+l', '\u0015': 'ctrl+u', '\u001a': 'ctrl+z' },
};

const sequence = /^\u001b(?:\[([0-9;?]*[ -/]*[@-~])|O([@-~]))/;
const partial = /^\u001b(?:\[[0-9;?]*[ -/]*|O)?$/;

/** Keys that it does not know are left out, and so are other control characters. */
export const decodeKeys = (text: string): Decoded => {
  const keys: Key[] = [];
  for (let rest = text; rest !== '';) {
    if (partial.test(rest)) return { keys, rest };
    const found = sequence.exec(rest);
    if (found !== null) {
      const key = named[found[1] ?? found[2] ?? ''];
      if (key !== undefined) keys.push(key);
      rest = rest.slice(found[0].length);
    } else {
      const [character = ''] = rest;
      const key = character === '\u001b' ? 'escape' : (controls[character] ?? printable(character));
      if (key !== null) keys.push(key);
      rest = rest.slice(character.length);
    }
  }
  return { keys, rest: '' };
};

/** What is left when nothing more has come for a moment: Esc alone, or half a sequence, which is none. */
export const decodeRest = (rest: string): readonly Key[] => (rest === '\u001b' ? ['escape'] : []);

const printable = (character: string): Key | null => (/^\P{Cc}$/u.test(character) ? { text: character } : null);
