/** Catalogues: each product is a work, its brand the group. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { compareNaturally } from '../../core/natural.ts';
import { Problem } from '../../ports/problem.ts';
import { isWorkId, makeId } from '../../protocol/id.ts';
import { nothingSaid } from '../../protocol/schedule.ts';
import { workLimit } from '../../protocol/work.ts';
import type { Part } from '../combine.ts';
import { condense, gather, isDone, isOpen } from '../gather.ts';
import type { Entry } from '../gather.ts';
import { parseJsonText } from '../json-text.ts';
import { readListFile } from '../list-file.ts';
import { isFolder, showPath } from '../task-files.ts';
import { readTextFile } from '../text-file.ts';
import { isActive, readCatalogue, readProductFile } from './products.ts';
import type { Product } from './products.ts';

export interface CatalogRequest {
  /** A catalogue file, a folder with one, or a folder of product files. */
  readonly path: string;
  readonly cwd: string;
  readonly root: string;
}

interface Row {
  readonly product: Product;
  /** From the root; null: the product has no file of its own. */
  readonly file: string | null;
}

interface Found {
  readonly rows: readonly Row[];
  readonly shown: string;
  readonly ref: string;
  readonly category: string | null;
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/** The catalogue says which products there are; files of others are named and left out. Without a catalogue the files are the products. */
export const readCatalog = async (request: CatalogRequest): Promise<Part> => {
  const absolute = resolve(request.cwd, request.path);
  const found = (await isFolder(absolute))
    ? await readFolder(absolute, request)
    : await readFile(absolute, await filesBeside(absolute), request);
  if (found.rows.length > workLimit)
    throw refuse(
      `the catalogue has ${found.rows.length.toLocaleString('en')} products, and ${workLimit.toLocaleString('en')} are the limit`,
      found.shown,
      'split it',
    );
  const isNameless = ({ product }: Row): boolean => product.id === '' || (product.brand === '' && product.model === '');
  const nameless = found.rows.filter(isNameless);
  const rows = found.rows.filter((row) => !isNameless(row));
  if (rows.length === 0 && nameless.length > 0)
    throw refuse('no product of the catalogue has a brand or a model', found.shown, 'name another file');
  const gathered = gather(
    rows.map((row) => toEntry(row, found)),
    { noun: 'product', prose: false, patterns: [] },
  );
  return {
    ...gathered,
    warnings: [
      ...found.warnings,
      ...condense(
        nameless.map(
          ({ product }) =>
            `${found.shown}: ${product.id === '' ? 'a product without an id' : product.id} has no brand and no model; skipped`,
        ),
      ),
      ...gathered.warnings,
    ],
    notices: [...found.notices, ...gathered.notices],
  };
};

const readFolder = async (folder: string, request: CatalogRequest): Promise<Found> => {
  const names = await listJson(folder);
  const catalogues = names.filter((name) => /catalog/i.test(name));
  if (catalogues.length === 0) return readProducts(folder, names, request);
  const found: Found[] = [];
  for (const name of catalogues)
    found.push(await readFile(join(folder, name), await filesBeside(join(folder, name)), request));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw refuse(
    `the folder holds ${catalogues.length} catalogues`,
    showPath(folder, request.cwd),
    `name one: ${catalogues.map((name) => `catalog=${showPath(join(folder, name), request.cwd)}`).join(', ')}`,
  );
};

const listJson = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => /^[^._].*\.json$/i.test(name)).sort(compareNaturally);

/** Product files by id: of folders beside the catalogue, none below them. */
const filesBeside = async (catalogue: string): Promise<ReadonlyMap<string, string>> => {
  const folder = dirname(catalogue);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = new Map<string, string>();
  for (const entry of entries.filter((each) => each.isDirectory() && !each.name.startsWith('.')))
    for (const name of await listJson(join(folder, entry.name)))
      files.set(name.replace(/\.json$/i, ''), join(folder, entry.name, name));
  return files;
};

const readFile = async (
  path: string,
  files: ReadonlyMap<string, string>,
  { cwd, root }: CatalogRequest,
): Promise<Found> => {
  const file = await readListFile({ path, cwd, what: 'the catalogue' });
  const products = readCatalogue(parseJsonText(file.text, file.shown));
  if (products === null)
    throw refuse(
      'this file holds no products',
      file.shown,
      'a catalogue is {"products": {"ID": {"brand": "…", "model": "…"}}}',
    );
  const ids = new Set(products.map(({ id }) => id));
  const strangers = [...files].filter(([id]) => !ids.has(id));
  const isFolderOfProducts = strangers.length < files.size;
  const rows = products.map((product) => ({
    product,
    file: files.has(product.id) ? showPath(files.get(product.id) ?? '', root) : null,
  }));
  return {
    rows,
    shown: file.shown,
    ref: showPath(file.path, root),
    category: /^([^.]+)\.product_catalog\.json$/i.exec(basename(path))?.[1] ?? null,
    warnings: [],
    notices:
      isFolderOfProducts && strangers.length > 0
        ? [
            `${strangers.length} product files are not in the catalogue and left out: ${strangers
              .slice(0, 5)
              .map(([id]) => id)
              .join(', ')}${strangers.length > 5 ? ', …' : ''}`,
          ]
        : [],
  };
};

const readProducts = async (
  folder: string,
  names: readonly string[],
  { cwd, root }: CatalogRequest,
): Promise<Found> => {
  const shown = showPath(folder, cwd);
  if (names.length === 0)
    throw refuse('the folder holds no catalogue and no product file', shown, 'name a catalogue: catalog=products.json');
  const rows: Row[] = [];
  const warnings: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const read = await readProduct(path, showPath(path, cwd));
    if (typeof read === 'string') warnings.push(`${read}; skipped`);
    else rows.push({ product: read, file: showPath(path, root) });
  }
  if (rows.length === 0)
    throw refuse(
      'no file of the folder is a product',
      warnings.slice(0, 3).join(' · '),
      'name a catalogue: catalog=products.json',
    );
  return { rows, shown, ref: showPath(folder, root), category: null, warnings: condense(warnings), notices: [] };
};

/** The product, or the sentence that says why the file is none. */
const readProduct = async (path: string, shown: string): Promise<Product | string> => {
  const file = readTextFile(path);
  if (file.kind !== 'text') return `${shown} ${file.kind === 'bad' ? file.why : 'does not exist'}`;
  try {
    return readProductFile(parseJsonText(file.text, shown)) ?? `${shown} holds no product with an id`;
  } catch (error) {
    if (error instanceof Problem) return `${error.where.split(': ')[0] ?? shown}: ${error.what}`;
    throw error;
  }
};

const toEntry = ({ product, file }: Row, { shown, ref, category }: Found): Entry => {
  const { id, brand, model, variant, status, others } = product;
  return {
    draft: {
      id: isWorkId(id) ? id : makeId(id),
      title: [brand, model, variant]
        .filter((part) => part !== '')
        .join(' ')
        .slice(0, 500),
      body: '',
      group: brand === '' ? null : brand,
      priority: 3,
      params: {
        ...others,
        ...(category === null ? {} : { category }),
        product_id: id,
        brand,
        model,
        variant,
        status,
        ...(file === null ? {} : { product_file: file }),
      },
      ...nothingSaid,
    },
    source: { type: 'catalog', ref: `${ref}#${id}` },
    writtenId: id,
    shown: `${shown}: ${id}`,
    names: [],
    state: isActive(product) ? isOpen : isDone,
  };
};

const refuse = (what: string, where: string, hint: string): Problem =>
  new Problem({ what, where, hint, code: 'refused' });
