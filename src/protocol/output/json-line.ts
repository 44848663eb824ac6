/** Events that agents print as JSON, looked into without trust in their shape. */

export type Json = Readonly<Record<string, unknown>>;

/** The object that a line holds; null if it is none. */
export const parseObject = (text: string): Json | null => {
  if (!text.startsWith('{')) return null;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
};

export const asObject = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;

export const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [];

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A finite number from 0; null for anything else. */
export const asAmount = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

/** The sum of what is there; null if nothing is. */
export const sumOf = (object: Json | null, names: readonly string[]): number | null => {
  const amounts = names.flatMap((name) => asAmount(object?.[name]) ?? []);
  return amounts.length === 0 ? null : amounts.reduce((sum, each) => sum + each, 0);
};

/** The first line that says something. */
export const firstLine = (text: string): string =>
  text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim() ?? '';
