/** Telling a person who is not looking. */
import type { BatchState } from '../core/state.ts';
import type { WorkId } from '../core/work.ts';

/** What a person may want to be told of. Also the reason by which notices are held back: one a minute for each. */
export type NoticeKind = 'end' | 'failure' | 'attention';

/** What a config says under `notify`, with the secret of the person's environment. */
export interface NotifySettings {
  readonly desktop: boolean;
  readonly webhook: string | null;
  readonly command: string | readonly string[] | null;
  readonly on: readonly NoticeKind[];
  /** Signs what goes to the web address; null: it goes unsigned. */
  readonly secret: string | null;
}

/** Something to tell, before it is put into words. */
export interface Notice {
  readonly kind: NoticeKind;
  /** Works that it is about, as many as were gathered; of an end none. */
  readonly ids: readonly WorkId[];
}

/** One way to a person: a desktop, a web address, a command. */
export interface NoticeWay {
  readonly name: 'desktop' | 'webhook' | 'command';
  /** Tells it, in bounded time. Rejects with an Error that says in one line why not, and holds no secret. */
  send(document: NoticeDocument): Promise<void>;
}

/** What is sent, as data. No known secret is in it. */
export interface NoticeDocument {
  readonly version: 1;
  /** New for each notice: who gets one twice can tell. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly sent_at: string;
  readonly batch_run_id: string;
  readonly state: string;
  readonly root: string;
  /** One line. */
  readonly title: string;
  /** A few lines. */
  readonly text: string;
  readonly counts: Readonly<Record<string, number>>;
  /** At most 50 of `works_total`. */
  readonly works: readonly { readonly id: string; readonly title: string; readonly why: string }[];
  readonly works_total: number;
}

/** How far the telling has come; on disk, so that a new scheduler tells nothing twice. */
export interface NoticeMark {
  /** Events up to this one have been looked at. */
  readonly seq: number;
  /** When each kind was last told, in milliseconds since the epoch. */
  readonly sent_at: Readonly<Partial<Record<NoticeKind, number>>>;
  /** What is to be told once its minute is over. */
  readonly held: readonly Notice[];
  /** Ways whose failure the journal has. */
  readonly troubled: readonly string[];
}

export interface Notifications {
  readonly on: readonly NoticeKind[];
  readonly ways: readonly NoticeWay[];
  describe(state: BatchState, notice: Notice): NoticeDocument;
  /** Null if there is none yet, or none that can be read. */
  readMark(): NoticeMark | null;
  /** Replaced whole. Throws if it cannot be written. */
  writeMark(mark: NoticeMark): void;
}
