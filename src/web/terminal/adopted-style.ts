/**
 * A document for xterm.js under a strict content security policy. It writes its colours and sizes into `<style>` elements,
 * which `style-src 'self'` forbids; here what it writes goes into a constructed style sheet, which the policy allows.
 */

/** The page's document, but that its `<style>` elements are adopted sheets. */
export const documentWithAdoptedStyles = (): Document =>
  new Proxy(document, {
    get: (target, name) => {
      if (name === 'createElement')
        return (tag: string) => (tag === 'style' ? adoptedStyle() : target.createElement(tag));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });

/** An element that shows nothing; the text that is put into it is a style sheet until it is removed. */
const adoptedStyle = (): HTMLElement => {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const element = document.createElement('span');
  element.hidden = true;
  Object.defineProperty(element, 'textContent', {
    get: () => '',
    set: (text: string) => sheet.replaceSync(text),
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    HTMLElement.prototype.remove.call(element);
  };
  return element;
};
