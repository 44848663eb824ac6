/** Products of a catalogue, by id, whatever of the two forms holds them: one file of all, or a file each. */
import { isObject } from '../../protocol/shape.ts';

export interface Product {
  readonly id: string;
  readonly brand: string;
  readonly model: string;
  readonly variant: string;
  readonly status: string;
  /** Every other plain value, as a parameter. */
  readonly others: Readonly<Record<string, string | number | boolean | null>>;
}

/** `products` of a catalogue: an object by id, or a list. Null: this is no catalogue. */
export const readCatalogue = (json: unknown): readonly Product[] | null => {
  const products = isObject(json) ? (json['products'] ?? json['items']) : json;
  if (Array.isArray(products))
    return products.map((row) => (isObject(row) ? toProduct(idIn(row) ?? '', row) : noProduct));
  if (!isObject(products)) return null;
  return Object.entries(products).map(([id, row]) => (isObject(row) ? toProduct(id, row) : { ...noProduct, id }));
};

/** One product's own file; null: this is none. */
export const readProductFile = (json: unknown): Product | null => {
  if (!isObject(json)) return null;
  const id = idIn(json);
  const identity = [json['identityLock'], json['identity']].find(isObject) ?? {};
  return id === null ? null : toProduct(id, { ...identity, ...json });
};

/** A row that holds no product: it has no brand and no model. */
export const noProduct: Product = { id: '', brand: '', model: '', variant: '', status: '', others: {} };

/** Whether there is something to do for it. An absent status is an active one. */
export const isActive = ({ status }: Product): boolean =>
  !/^(?:inactive|archived|deleted|discontinued|disabled|done|complete|completed|retired)$/i.test(status.trim());

const idIn = (row: Readonly<Record<string, unknown>>): string | null => {
  for (const name of ['product_id', 'productId', 'slug', 'id']) {
    const value = row[name];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value);
  }
  return null;
};

const named = ['brand', 'model', 'variant', 'status', 'product_id', 'productId'];

const toProduct = (id: string, row: Readonly<Record<string, unknown>>): Product => {
  const text = (name: string): string => {
    const value = row[name];
    return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  };
  return {
    id,
    brand: text('brand'),
    model: text('model'),
    variant: text('variant'),
    status: text('status'),
    others: Object.fromEntries(
      Object.entries(row).filter(
        (entry): entry is [string, string | number | boolean | null] =>
          !named.includes(entry[0]) && entry[0] !== '__proto__' && isPlain(entry[1]),
      ),
    ),
  };
};

const isPlain = (value: unknown): boolean =>
  value === null ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= 4096) ||
  (typeof value === 'number' && Number.isFinite(value));
