/** The whole way, from choosing to the end, with the keyboard alone. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser, serve, visit, type Served } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { tally, untilCount, untilPlanned, untilState } from '../support/page-steps.ts';
import { leaveNothing } from '../support/running-batch.ts';
import { makeWebProject, spread, type WebProject } from '../support/web-project.ts';

/** What has the focus, by its accessible words. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(
    `(() => { const e = document.activeElement; return e.getAttribute('aria-label') ?? e.dataset.at ?? e.innerText ?? e.tagName })()`,
  );

/** Presses Tab until the focus is on something of these words. */
const tabTo = async (page: Page, words: RegExp): Promise<void> => {
  for (let i = 0; i < 80; i++) {
    if (words.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${words}; the focus is on ${await focused(page)}`);
};

const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

describe('with the keyboard alone', { skip: noBrowser }, () => {
  let line: WebProject;
  let browser: Browser;
  let served: Served;
  let page: Page;

  before(async () => {
    line = await makeWebProject(spread(200, ['atlas', 'borealis']));
    served = await serve(line);
    browser = await openBrowser();
    ({ page } = await visit(browser, served));
    await page.locator('[data-at="0:0"]').waitFor();
  });
  after(async () => {
    await browser?.close();
    await served?.end();
    await line.openGate();
    await leaveNothing(line);
  });

  it('the grid is one stop of Tab, and arrows, Home, End and pages move in it', async () => {
    await tabTo(page, /^Choose w001$/);
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowRight');
    assert.equal(await page.evaluate('document.activeElement.dataset.at'), '2:1');
    await press(page, 'Control+End');
    assert.equal(await page.evaluate('document.activeElement.dataset.at'), '199:10');
    await press(page, 'Home', 'PageUp');
    const [row] = ((await page.evaluate('document.activeElement.dataset.at')) as string).split(':').map(Number);
    assert.ok(row !== undefined && row < 199 && row > 150, `row ${row}`);
    await press(page, 'Control+Home', 'ArrowUp');
    assert.equal(await focused(page), 'Choose the 200 works shown');
    assert.equal(await page.locator('[role=grid] [tabindex="0"]').count(), 1);
    await press(page, 'Tab');
    assert.equal(await page.evaluate(`document.activeElement.closest('[role=grid]') === null`), true);
    await press(page, 'Shift+Tab');
  });

  it('Space chooses, the header chooses all that are shown, Shift and an arrow a range that gives back when it shrinks', async () => {
    await press(page, ' ');
    assert.equal(await tally(page), '200 chosen of 200 works');
    await press(page, ' ');
    assert.equal(await tally(page), '0 chosen of 200 works');
    await press(page, 'ArrowDown', ' ', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown');
    assert.equal(await tally(page), '4 chosen of 200 works');
    await press(page, 'Shift+ArrowUp');
    assert.equal(await tally(page), '3 chosen of 200 works');
    await press(page, 'ArrowDown', ' ');
    assert.equal(await tally(page), '4 chosen of 200 works');
    await press(page, 'Control+a');
    assert.equal(await tally(page), '200 chosen of 200 works');
  });

  it('the focus stays in the grid while it is scrolled far away', async () => {
    await press(page, 'Control+Home');
    await page.locator('[role=grid]').evaluate((grid) => {
      (grid as unknown as { scrollTop: number }).scrollTop = 4000;
    });
    await eventually('other rows are shown', async () => (await page.locator('[data-at="130:0"]').count()) === 1);
    assert.equal(await page.evaluate('document.activeElement.dataset.at'), '0:0');
    await press(page, 'ArrowDown');
    assert.equal(await page.evaluate('document.activeElement.dataset.at'), '1:0');
  });

  it('chooses three works, puts the groups in order, and starts', async () => {
    await press(page, 'Shift+Tab');
    await page.getByRole('button', { name: 'Clear' }).focus();
    await press(page, 'Enter');
    assert.equal(await tally(page), '0 chosen of 200 works');
    await tabTo(page, /^Choose w/);
    await press(page, 'Control+Home', ' ', 'Shift+ArrowDown', 'Shift+ArrowDown');
    assert.equal(await tally(page), '3 chosen of 200 works');
    await tabTo(page, /^2\s+borealis\s+1\s*work/);
    await press(page, 'ArrowUp');
    assert.match(await focused(page), /^1\s+borealis\s+1\s*work/);
    await untilPlanned(page, 3);
    await tabTo(page, /^Start 3 works$/);
    await press(page, 'Enter');
    await page.waitForURL(/\/monitor\//);
    await untilCount(page, 'running', (count) => count === 2);
    await page.locator('.running [data-id="w002"]').waitFor();
  });

  it('opens the log of what runs, searches it, and comes back to where it was', async () => {
    await tabTo(page, /^w002$/);
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'w002' }).waitFor();
    await tabTo(page, /^Search the log$/);
    await eventually('the log is read', async () => (await page.locator('.log-line').count()) > 0);
    await page.keyboard.type('no such words');
    await page.getByText('not found').waitFor();
    await press(page, 'Escape', 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'w002');
  });

  it('pauses, resumes and stops, and is asked before it stops', async () => {
    await tabTo(page, /^Pause$/);
    await press(page, 'Enter');
    await untilState(page, 'paused');
    await tabTo(page, /^Resume$/);
    await press(page, 'Enter');
    await untilState(page, 'running');
    await tabTo(page, /^Stop…$/);
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Stop the batch?' }).waitFor();
    await press(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await untilState(page, 'running');
    await tabTo(page, /^Stop…$/);
    await press(page, 'Enter');
    await tabTo(page, /^Stop now$/);
    await press(page, 'Enter');
    await untilState(page, 'stopped');
  });
});
