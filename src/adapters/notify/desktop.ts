/** A notice on the desktop: by `notify-send` (libnotify), on a Mac by `osascript`. */
import type { NoticeWay } from '../../ports/notifications.ts';
import { runProgram } from './run-program.ts';

export interface DesktopOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
}

const timeoutMs = 10_000;

export const makeDesktop = ({ root, env, platform = process.platform }: DesktopOptions): NoticeWay => ({
  name: 'desktop',
  send: ({ title, text, kind }) =>
    runProgram({
      argv: platform === 'darwin' ? onMac(title, text) : byLibnotify(title, { text, kind }),
      cwd: root,
      env,
      timeoutMs,
    }),
});

/** The words are arguments of the script, never part of it. */
const onMac = (title: string, text: string): readonly string[] => [
  'osascript',
  ...['-e', 'on run argv', '-e', 'display notification (item 2 of argv) with title (item 1 of argv)', '-e', 'end run'],
  `wf0-batch: ${title}`,
  text,
];

/** The body may hold markup, by the Desktop Notifications Specification; the summary may not. */
const byLibnotify = (
  title: string,
  { text, kind }: { readonly text: string; readonly kind: string },
): readonly string[] => [
  'notify-send',
  '--app-name=wf0-batch',
  `--urgency=${kind === 'attention' ? 'critical' : 'normal'}`,
  '--',
  `wf0-batch: ${title}`,
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
];
