/** How texts name issues: `#12`, `owner/name#12`, a whole address. */
import { repositoryOf } from './issue.ts';
import type { Issue } from './issue.ts';
import type { Repository } from './list.ts';

export interface Names {
  isOwn(issue: Issue): boolean;
  /** `#12`; of another repository `owner/name#12`. */
  nameOf(issue: Issue): string;
  /** The text with the repository's own issues as `#12`. */
  localise(text: string): string;
}

/** The names of one repository: a renamed one is listed under its new name, and asked for under its old. */
export const makeNames = ({ owner, name }: Repository, issues: readonly Issue[]): Names => {
  const own = new Set([`${owner}/${name}`.toLowerCase(), ...issues.map(repositoryOf)]);
  const hosts = new Set(issues.map(({ html_url }) => hostOf(html_url)));
  const isOwn = (issue: Issue): boolean => own.has(repositoryOf(issue));
  const replace =
    (isHere: (host: string) => boolean) =>
    (all: string, host: string, repository: string, number: string): string =>
      isHere(host.toLowerCase()) && own.has(repository.toLowerCase()) ? `#${number}` : all;
  return {
    isOwn,
    nameOf: (issue) => (isOwn(issue) ? `#${issue.number}` : `${repositoryOf(issue)}#${issue.number}`),
    localise: (text) =>
      text
        .replace(
          address,
          replace((host) => hosts.has(host)),
        )
        .replace(
          short,
          replace(() => true),
        ),
  };
};

const address =
  /https?:\/\/([\w.-]{1,200}(?::\d{1,5})?)\/([\w.-]{1,100}\/[\w.-]{1,100})\/(?:issues|pull)\/(\d{1,9})(?:[?#][\w-]{0,100})?(?![\w/])/gi;

/** The first group is empty: there is no host. */
const short = /(?<![\w./-])()([\w.-]{1,100}\/[\w.-]{1,100})#(\d{1,9})\b/g;

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host.toLowerCase() : '');
