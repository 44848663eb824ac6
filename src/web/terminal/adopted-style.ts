/**
 * xterm.js under a strict content security policy. It writes its colours and sizes into `<style>` elements, which
 * `style-src 'self'` forbids. What it writes goes into a constructed style sheet instead, which the policy allows. Its
 * `documentOverride` does not reach all places that make such elements, so the document's own function is replaced.
 */

/** From now on `<style>` elements that scripts make are adopted sheets. Done once, however often it is called. */
export const adoptStyles = (): void => {
  if (isDone) return;
  isDone = true;
  const create = document.createElement.bind(document) as (
    tag: string,
    options?: ElementCreationOptions,
  ) => HTMLElement;
  const replaced = (tag: string, options?: ElementCreationOptions): HTMLElement =>
    tag === 'style' ? adoptedStyle(create('span')) : create(tag, options);
  document.createElement = replaced as typeof document.createElement;
};

let isDone = false;

/** An element that shows nothing; the text that is put into it is a style sheet until it is removed. */
const adoptedStyle = (element: HTMLElement): HTMLElement => {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  element.hidden = true;
  Object.defineProperties(element, {
    textContent: { get: () => '', set: (text: string) => sheet.replaceSync(text) },
    sheet: { value: sheet },
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    HTMLElement.prototype.remove.call(element);
  };
  return element;
};
