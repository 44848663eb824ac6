/** The ways that a config names, what is said on them, and the file that tells how far the telling has come. */
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  NoticeDocument,
  NoticeMark,
  Notifications,
  NotifySettings,
  NoticeWay,
} from '../../ports/notifications.ts';
import { makeMask } from '../../protocol/environment.ts';
import { makeCommand } from './command.ts';
import { makeDesktop } from './desktop.ts';
import { makeWebhook } from './webhook.ts';

export interface NotificationsOptions {
  readonly settings: NotifySettings;
  readonly root: string;
  /** The batch's folder. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The variables of single stages: their secrets are masked, too. */
  readonly stages: readonly Readonly<Record<string, string>>[];
  /** In words, without an id. */
  readonly describe: (
    ...args: Parameters<Notifications['describe']>
  ) => Omit<NoticeDocument, 'version' | 'id' | 'kind'>;
}

/** Null if nobody is to be told of anything. Known secrets are masked in all that is said. */
export const makeNotifications = (options: NotificationsOptions): Notifications | null => {
  const { settings, env, directory } = options;
  const ways = waysOf(options);
  if (ways.length === 0 || settings.on.length === 0) return null;
  const masks = [env, { WEBHOOK_SECRET: settings.secret ?? undefined }, ...options.stages].map(makeMask);
  const mask = (text: string): string => masks.reduce((rest, each) => each(rest), text);
  const file = join(directory, 'notified.json');
  return {
    on: settings.on,
    ways: ways.map((way) => ({ ...way, send: (document) => way.send(document).catch(rethrow(mask)) })),
    describe: (state, notice) => ({
      ...masked(mask, options.describe(state, notice)),
      version: 1,
      id: randomUUID(),
      kind: notice.kind,
    }),
    readMark: () => readMark(file),
    writeMark: (mark) => writeMark(file, mark),
  };
};

const waysOf = ({ settings, root, directory, env }: NotificationsOptions): readonly NoticeWay[] => [
  ...(settings.desktop ? [makeDesktop({ root, env })] : []),
  ...(settings.webhook === null ? [] : [makeWebhook({ url: settings.webhook, secret: settings.secret })]),
  ...(settings.command === null
    ? []
    : [makeCommand({ command: settings.command, root, folder: join(directory, 'notices'), env })]),
];

const rethrow =
  (mask: (text: string) => string) =>
  (error: unknown): never => {
    throw new Error(mask(error instanceof Error ? error.message : String(error)), { cause: error });
  };

/** Every text in it, however deep. */
const masked = <T>(mask: (text: string) => string, value: T): T => {
  if (typeof value === 'string') return mask(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => masked(mask, each)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(mask, each as unknown)])) as T;
};

const readMark = (file: string): NoticeMark | null => {
  try {
    const { version, ...mark } = JSON.parse(readFileSync(file, 'utf8')) as NoticeMark & { readonly version: unknown };
    return version === 1 && Number.isSafeInteger(mark.seq) && Array.isArray(mark.held) ? mark : null;
  } catch {
    return null;
  }
};

const writeMark = (file: string, mark: NoticeMark): void => {
  const draft = `${file}.${randomUUID().slice(0, 8)}`;
  try {
    writeFileSync(draft, JSON.stringify({ version: 1, ...mark }), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
};
