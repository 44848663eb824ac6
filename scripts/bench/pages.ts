/**
 * The pages in a real browser: size, first paint, scrolling, choosing, and how long an event takes to be seen. Beside
 * each stands what the same would take without what was built for it: a plain table of the same rows, the raw stream.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser, serve, type Served } from '../../test/support/browser.ts';
import { eventually } from '../../test/support/eventually.ts';
import { openBuilder, untilCount, untilPlanned, untilState } from '../../test/support/page-steps.ts';
import { makeWebProject, spread, type WebProject } from '../../test/support/web-project.ts';
import { median, project, quantile } from './ground.ts';

const groups = ['atlas', 'borealis', 'cirrus', 'delta', 'ember'];

export const benchPages = async (rounds: number): Promise<void> => {
  if (noBrowser !== false) return console.log(`pages: not measured, ${noBrowser}`);
  sizes();
  const browser = await openBrowser();
  try {
    await withServer(spread(5000, groups), (served) => firstPaint(browser, served, rounds));
    await withServer(spread(50_000, groups), (served) => gridOf(browser, served, rounds));
    await withServer(spread(120, groups), (served, line) => events(browser, served, line));
  } finally {
    await browser.close();
  }
};

const sizes = (): void => {
  const folder = join(project, 'dist', 'web', 'assets');
  const gzipped = (wanted: (name: string) => boolean): number =>
    readdirSync(folder)
      .filter((name) => /\.(js|css)$/.test(name) && wanted(name))
      .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0) / 1024;
  const isTerminal = (name: string): boolean => name.startsWith('terminal');
  console.log(
    `pages, gzip: ${gzipped((name) => !isTerminal(name)).toFixed(0)} KiB, and ${gzipped(isTerminal).toFixed(0)} KiB when a terminal is opened`,
  );
};

const withServer = async (
  works: ReturnType<typeof spread>,
  measure: (served: Served, line: WebProject) => Promise<void>,
): Promise<void> => {
  const stages = [{ name: 'work', run: 'sleep 1' }];
  const line = await makeWebProject(works, {
    default_workflow: 'make',
    workflows: { make: { worktree: false, stages } },
  });
  const served = await serve(line);
  try {
    await measure(served, line);
  } finally {
    await served.end();
    await line.batch(['stop', '--force']);
    await line.remove();
  }
};

/** When the first row of works was there, in milliseconds from the navigation; nothing is cached. */
const firstPaint = async (browser: Browser, served: Served, rounds: number): Promise<void> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  await (await context.newPage()).goto(served.entry);
  const cookies = await context.cookies();
  const times: number[] = [];
  const tables: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const cold = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    await cold.addCookies(cookies);
    const page = await cold.newPage();
    await page.addInitScript(
      `new MutationObserver((_, o) => { if (document.querySelector('[data-at="0:0"]')) { o.disconnect(); requestAnimationFrame(() => setTimeout(() => { window.firstRowAt = performance.now(); })); } }).observe(document, { childList: true, subtree: true });`,
    );
    await page.goto(`${served.origin}/builder`);
    times.push(await numberOf(page, 'window.firstRowAt'));
    await page.goto(`${served.origin}/builder`);
    tables.push(await page.evaluate<number>(plainTable('works.length')));
    await cold.close();
  }
  await context.close();
  console.log(
    `builder, 5,000 works, from nothing to the first row: median ${ms(times)}, worst ${worst(times)}; the same works as a plain table, data already there: ${ms(tables)}`,
  );
};

/** Fills the page with a table of all works; gives the milliseconds until it is painted. `count` may use `works`. */
const plainTable = (count: string): string => `(async () => {
  const { works } = await (await fetch('/api/v1/batch/catalogue', { headers: { 'content-type': 'application/json' } })).json();
  const begin = performance.now();
  const rows = works.slice(0, ${count}).map((w) => '<tr><td><input type=checkbox></td><td>' + [w.group, w.model, w.variant, w.title, w.id, w.workflow].join('</td><td>') + '</td></tr>').join('');
  document.body.innerHTML = '<div id=plain><table>' + rows + '</table></div>';
  document.getElementById('plain').style.cssText = 'height:700px;overflow:auto';
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begin;
})()`;

const gridOf = async (browser: Browser, served: Served, rounds: number): Promise<void> => {
  const page = await open(browser, served);
  await page.locator('[data-at="0:0"]').waitFor();
  const ours = await scrolled(page, '[role=grid]');
  const all = await clicked(page, 'Select all', rounds, 'Clear');
  const inverted = await clicked(page, 'Invert', rounds);
  await page.evaluate(plainTable('works.length'));
  const plain = await scrolled(page, '#plain');
  const boxes = await page.evaluate<number>(`(async () => {
    const begin = performance.now();
    for (const box of document.querySelectorAll('#plain input')) box.checked = !box.checked;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - begin;
  })()`);
  await page.evaluate(emptyList);
  const empty = await scrolled(page, '#empty');
  console.log(
    `scrolling 50,000 rows by 30 a frame, 240 frames, without a GPU (a person's browser has one):\n  the grid: ${frameWords(ours)}\n  a plain table: ${frameWords(plain)}\n  nothing in a box of the same height, the floor: ${frameWords(empty)}`,
  );
  console.log(
    `50,000 rows, click to painted: select all ${ms(all)}, worst ${worst(all)}; invert ${ms(inverted)}, worst ${worst(inverted)}; all boxes of a plain table ${boxes.toFixed(0)} ms`,
  );
  await page.context().close();
};

interface Scrolled {
  /** Milliseconds between frames. */
  readonly frames: readonly number[];
  /** Processor time of the page's main thread, in milliseconds a frame: what a busy machine does not change. */
  readonly mainMs: number;
}

const scrolled = async (page: Page, selector: string): Promise<Scrolled> => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taskMs = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const before = await taskMs();
  const frames = await page.evaluate<number[]>(scrolling(selector));
  const mainMs = ((await taskMs()) - before) / frames.length;
  await devtools.detach();
  return { frames, mainMs };
};

const frameWords = ({ frames, mainMs }: Scrolled): string => {
  const late = (100 * frames.filter((each) => each > 50).length) / frames.length;
  return `median ${ms(frames)}, 99th percentile ${quantile(frames, 0.99).toFixed(0)} ms, worst ${worst(frames)}, over 50 ms ${late.toFixed(1)}% of frames; processor time of the main thread ${mainMs.toFixed(1)} ms a frame`;
};

/** As high as the grid, as long as its rows, and empty. */
const emptyList = `(() => {
  document.body.innerHTML = '<div id=empty><div></div></div>';
  document.getElementById('empty').style.cssText = 'height:500px;overflow:auto;contain:strict';
  document.querySelector('#empty > div').style.height = '1600000px';
})()`;

/** Times between frames while it is scrolled by 30 rows a frame. */
const scrolling = (selector: string): string => `new Promise((done) => {
  const element = document.querySelector('${selector}');
  const times = [];
  let before = 0;
  const step = (now) => {
    if (before) times.push(now - before);
    before = now;
    element.scrollTop += 960;
    if (times.length < 240) requestAnimationFrame(step); else done(times);
  };
  requestAnimationFrame(step);
})`;

/** Milliseconds from a click to the painted page; `before` is clicked first and not counted. */
const clicked = async (page: Page, name: string, rounds: number, before = ''): Promise<number[]> => {
  const times: number[] = [];
  for (let i = 0; i < rounds * 2; i++) {
    if (before !== '') await page.getByRole('button', { name: before, exact: true }).click();
    await page.waitForTimeout(50);
    times.push(
      await page.evaluate<number>(`(async () => {
        const button = [...document.querySelectorAll('.bulk-bar button')].find((each) => each.textContent === '${name}');
        const begin = performance.now();
        button.click();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - begin;
      })()`),
    );
  }
  return times;
};

/** From the journal's own time of an event to the instant at which its line stands in the page's feed. */
const events = async (browser: Browser, served: Served, line: WebProject): Promise<void> => {
  const page = await open(browser, served);
  await openBuilder(page);
  await page.getByRole('button', { name: 'Select all' }).click();
  await page.getByLabel('Workers').selectOption('4');
  await untilPlanned(page, 120);
  await page.getByRole('button', { name: 'Start 120 works' }).click();
  await page.waitForURL(/\/monitor\//);
  await untilCount(page, 'completed', (count) => count > 2);
  const seen = await page.evaluate<{ readonly delays: number[]; readonly raw: number[]; readonly seconds: number }>(
    watching,
  );
  await line.batch(['stop', '--force']);
  await untilState(page, 'stopped');
  await page.context().close();
  console.log(
    `an event to the page, ${(seen.delays.length / seen.seconds).toFixed(0)} a second: median ${ms(seen.delays)}, 99th percentile ${quantile(seen.delays, 0.99).toFixed(0)} ms; to a bare reader of the stream in the same page: median ${ms(seen.raw)}`,
  );
};

const watching = `(async () => {
  const seconds = 15;
  const delays = [];
  const raw = [];
  const feed = document.querySelector('.feed');
  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) {
        const time = node.querySelector && node.querySelector('time');
        if (node.tagName === 'LI' && time) delays.push(Date.now() - Date.parse(time.dateTime));
      }
  });
  observer.observe(feed, { childList: true });
  const source = new EventSource('/api/v1/batch/latest/events');
  source.addEventListener('change', ({ data }) => {
    for (const { at } of JSON.parse(data).activity ?? []) raw.push(Date.now() - Date.parse(at));
  });
  await new Promise((done) => setTimeout(done, seconds * 1000));
  observer.disconnect();
  source.close();
  return { delays, raw, seconds };
})()`;

const open = async (browser: Browser, served: Served): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.goto(served.entry);
  await page.waitForURL(/\/(builder|monitor)/);
  return page;
};

const numberOf = (page: Page, expression: string): Promise<number> =>
  eventually(expression, () => page.evaluate<number | undefined>(expression));

const ms = (values: readonly number[]): string => `${median(values).toFixed(0)} ms`;
const worst = (values: readonly number[]): string => `${Math.max(...values).toFixed(0)} ms`;
