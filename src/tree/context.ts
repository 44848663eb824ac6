/** What the functions of a module are given, in whatever thread they run. */
import type { LoadContext, TreeContext } from '../ports/tree-module.ts';
import type { Counter } from './counts.ts';
import { findWriteFault } from './plain.ts';
import { write } from './write-yaml.ts';

export interface ContextParts {
  readonly load: LoadContext;
  readonly shared: unknown;
  readonly counter: Counter;
}

export const makeContext = ({ load, shared, counter }: ContextParts): TreeContext =>
  Object.freeze<TreeContext>({
    ...makeLoadContext(load),
    shared,
    count: counter.count,
    write: (value) => {
      const wrong = findWriteFault(value);
      if (wrong !== null) throw new TypeError(`write was given what it cannot write: visit ${wrong}`);
      return write(value);
    },
  });

export const makeLoadContext = ({ root, params }: LoadContext): LoadContext =>
  Object.freeze({ root, params: Object.freeze({ ...params }) });
