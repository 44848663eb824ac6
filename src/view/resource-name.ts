/** The name of a resource as a person reads it: the config's, or what the machine lacks. */
import { lackResource } from '../core/machine.ts';
import { clip } from './clean.ts';

const machine: ReadonlyMap<string, string> = new Map([
  [lackResource('disk'), 'free disk space'],
  [lackResource('memory'), 'free memory'],
  [lackResource('load'), 'a lower load'],
]);

export const resourceName = (resource: string): string => machine.get(resource) ?? clip(resource, 80);
