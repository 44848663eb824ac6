/** Text inside XML and HTML. */
import { clean } from './clean.ts';

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

/** As text between tags and inside quoted attributes; characters that XML does not allow are left out. */
export const escapeMarkup = (text: string): string =>
  clean(text)
    .replace(/[\uFFFE\uFFFF]/g, '')
    .replace(/[&<>"']/g, (mark) => entities[mark] ?? '');

/** ` name="value"` for each; those that are null are left out. */
export const attributes = (values: Readonly<Record<string, string | number | null>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${escapeMarkup(String(value))}"`)
    .join('');
