/** What sources on a network need of the world; files and lists need none of it. */
import type { AnswerCache } from '../ports/answer-cache.ts';
import type { Config } from '../protocol/config.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Pick<Config, 'github' | 'jira' | 'branch_prefix'>;
  /** Whether tokens may be sent to addresses that the config names. */
  readonly isConfigTrusted: boolean;
  /** What git says of the configured remote's address; null without one. */
  remoteUrl(): Promise<string | null>;
  cache(kind: string): AnswerCache;
  /** A line for the person while something takes its time; stderr. */
  say(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that a second of waiting takes; 1000 but in tests. */
  readonly secondMs: number;
}
