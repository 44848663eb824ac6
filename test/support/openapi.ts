/** A description of an API that judges requests and answers. Its schemas are checked by a library that is not ours. */
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';

/** As far as it is read here. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: object;
}

interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, ApiAnswer | { readonly $ref: string }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: object;
}

interface ApiAnswer {
  readonly content?: Readonly<Record<string, object>>;
}

export interface Judge {
  /** What of a request the description does not allow; empty if it is fine. */
  request(method: string, url: URL, body?: unknown): readonly string[];
  /** What of an answer the description does not promise. A status that it does not name says nothing. */
  answer(method: string, url: URL, status: number, body: unknown): readonly string[];
}

export const makeJudge = (description: ApiDescription): Judge => {
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    coerceTypes: false,
    allErrors: false,
    validateSchema: false,
  });
  ajv.addSchema(withoutNullable(description) as object, 'api');
  const compiled = new Map<string, ValidateFunction>();
  const find = (pathname: string): readonly [string, Readonly<Record<string, Operation>>] | undefined =>
    Object.entries(description.paths)
      // The most literal path first: `/issues/comments` is no issue's number.
      .sort(([left], [right]) => left.split('{').length - right.split('{').length)
      .find(([template]) => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname));
  const deref = <T extends object>(value: T | { readonly $ref: string }): T =>
    '$ref' in value
      ? (value.$ref
          .slice(2)
          .split('/')
          .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], description) as T)
      : value;
  const check = (schema: object, value: unknown, what: string): readonly string[] => {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile(schema);
    compiled.set(key, validate);
    return validate(value) ? [] : [`${what}: ${ajv.errorsText(validate.errors)}`];
  };
  return {
    request: (method, url, body) => {
      const operation = find(url.pathname)?.[1][method.toLowerCase()];
      if (operation === undefined) return [`${method} ${url.pathname} is not described`];
      const wanted = operation.requestBody?.content['application/json']?.schema;
      const parameters = (operation.parameters ?? []).map((each) => deref<Parameter>(each));
      const inQuery = new Map(parameters.filter((each) => each.in === 'query').map((each) => [each.name, each]));
      return [
        ...(wanted === undefined ? [] : check(inApi(wanted), body, 'the request')),
        ...[...inQuery.values()]
          .filter(({ name, required }) => required === true && !url.searchParams.has(name))
          .map(({ name }) => `${name} is missing`),
        ...[...url.searchParams].flatMap(([name, value]) => {
          const parameter = inQuery.get(name);
          if (parameter === undefined) return [`${method} ${url.pathname} has no parameter ${name}`];
          const isNumber = (parameter.schema as { readonly type?: string }).type === 'integer';
          return check(parameter.schema, isNumber ? Number(value) : value, name);
        }),
      ];
    },
    answer: (method, url, status, body) => {
      const [template, operations] = find(url.pathname) ?? [];
      const described = operations?.[method.toLowerCase()]?.responses[String(status)];
      if (template === undefined || described === undefined) return [];
      const isReferred = '$ref' in described;
      const place = isReferred
        ? described.$ref
        : `#/paths/${escape(template)}/${method.toLowerCase()}/responses/${status}`;
      const type = Object.keys(deref<ApiAnswer>(described).content ?? {})[0];
      if (type === undefined) return [];
      return check({ $ref: `api${place}/content/${escape(type)}/schema` }, body, `answer ${status} of ${url.pathname}`);
    },
  };
};

/** OpenAPI 3.0 says `nullable`, where JSON Schema says "this or null". */
const withoutNullable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'examples' && name !== 'example')
      .map(([name, inner]) => [name, withoutNullable(inner)]),
  );
  return nullable === true
    ? { anyOf: [{ type: 'null' }, rest] }
    : typeof nullable === 'object'
      ? { nullable, ...rest }
      : rest;
};

/** A reference within the description, as one from outside. */
const inApi = (schema: object): object =>
  '$ref' in schema && typeof schema.$ref === 'string' ? { $ref: `api${schema.$ref}` } : schema;

const escape = (step: string): string => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
