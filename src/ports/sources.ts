/** Where works come from: each kind of source is read by a module of its own. */
import type { Schedule, Work } from '../core/work.ts';

/** One source as a person names it. */
export type SourceRequest =
  /** Task files, and folders of them, absolute or from the current folder. */
  | { readonly type: 'markdown'; readonly paths: readonly string[] }
  /** Ids separated by commas. */
  | { readonly type: 'local'; readonly list: string }
  /** One file or folder of a tool, absolute or from the current folder. */
  | { readonly type: FileSourceType; readonly path: string }
  /** GitHub's issues: `label:a,label:b,milestone:x,state:open,assignee:y,repo:owner/name`. */
  | { readonly type: 'github'; readonly query: string }
  /** Jira's issues, by JQL. */
  | { readonly type: 'jira'; readonly query: string };

/** Kinds of source that are one file or one folder. */
export type FileSourceType = 'manifest' | 'catalog' | 'beads' | 'taskmaster' | 'speckit' | 'ccpm' | 'backlog';

export interface SourcesRequest {
  readonly sources: readonly SourceRequest[];
  /** Names or stems of task files in folders that are left out; `*` stands for any characters. */
  readonly exclude: readonly string[];
  /** Whether tokens may be sent to an address that the config names: it is the person's own, or was allowed. */
  readonly isConfigTrusted?: boolean;
}

export interface SourceWorks {
  /** With distinct ids. References that lead nowhere stay as written. */
  readonly works: readonly Work[];
  /** What a person should mend, a sentence each. */
  readonly warnings: readonly string[];
  /** What was left out on purpose, a sentence each. */
  readonly notices: readonly string[];
  /** Commands that the sources give for their works. */
  readonly workflows?: Schedule['workflows'];
}
