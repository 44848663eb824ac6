/** A real browser before a real server: Chromium without a window, and `wf0-batch serve` as a child. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { CommandLine } from './command-line.ts';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const program = programs.find((file) => existsSync(file));

/** Why tests in a browser cannot run here; false if they can. The value of a test's `skip`. */
export const noBrowser: string | false =
  program === undefined ? `no Chromium at ${programs.join(', ')}: scripts/set-up installs it where apt-get can` : false;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program as string,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });

export interface Served {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Opens the pages once. */
  readonly entry: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Ends it as Ctrl+C would. */
  end(): Promise<void>;
}

/** Starts a server in the project of the command line and waits until it has said where it is. */
export const serve = async (line: CommandLine, args: readonly string[] = ['--port', '0']): Promise<Served> => {
  const child = line.begin(['serve', ...args]);
  const address = await firstLine(child);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return {
    ...{ origin: new URL(address).origin, entry: address },
    kill: () => stop('SIGKILL'),
    end: () => stop('SIGINT'),
  };
};

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')));
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${err}`)));
  });

export interface Visit {
  readonly page: Page;
  /** What the page complained of: exceptions, errors of the console, refusals of its own policy. */
  readonly complaints: string[];
}

/** Opens the pages in a browser of its own, with a session. */
export const visit = async (browser: Browser, served: Served, options: BrowserContextOptions = {}): Promise<Visit> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  // Short of the time that a file of tests has: a failure names its step.
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // That a server which was ended cannot be reached is what such a test is about.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(served.entry);
  await page.waitForURL(/\/(builder|monitor)/);
  return { page, complaints };
};

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Fails with every violation of WCAG 2.2 A and AA that axe finds on the page as it stands. */
export const expectAccessible = async (page: Page, name: string): Promise<void> => {
  await page.evaluate(readFileSync(axe, 'utf8'));
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join('\n')}`,
  );
  assert.deepEqual(found, [], `${name}:\n${found.join('\n')}`);
};
