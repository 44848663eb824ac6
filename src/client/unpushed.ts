import type { Plan } from '../core/plan.ts';
import type { Client } from './client.ts';

/**
 * The warning of a plan whose works would be pushed to a remote that git does not know. A repository without any remote
 * needs none: there the local branch is the delivery.
 */
export const warnOfUnknownRemote = async (
  { repository }: Client,
  { settings, works }: Pick<Plan, 'settings' | 'works'>,
): Promise<readonly string[]> => {
  if (repository === null || !settings.push_enabled || works.every(({ branch }) => branch === null)) return [];
  const remotes = await repository.remotes();
  if (remotes.includes(settings.push_remote) || (remotes.length === 0 && settings.push_remote === 'origin')) return [];
  const known = remotes.length === 0 ? 'it knows none' : `it knows ${remotes.slice(0, 5).join(', ')}`;
  return [`nothing is pushed: push.remote is ${settings.push_remote}, and git knows no such remote (${known})`];
};
