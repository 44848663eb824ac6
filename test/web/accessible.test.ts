/** axe on every page and state, in light and in dark; nothing lies outside a phone's width. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { expectAccessible, noBrowser, openBrowser, serve, visit, type Served } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openBuilder, untilCount, untilPlanned } from '../support/page-steps.ts';
import { leaveNothing } from '../support/running-batch.ts';
import { makeWebProject, spread, type WebProject } from '../support/web-project.ts';

for (const colorScheme of ['light', 'dark'] as const)
  describe(`the pages in ${colorScheme}`, { skip: noBrowser }, () => {
    let line: WebProject;
    let browser: Browser;
    let served: Served;
    let page: Page;

    before(async () => {
      line = await makeWebProject([
        ...spread(30, ['atlas', 'borealis', 'cirrus']),
        { id: 'fails', workflow: 'fails', group: 'atlas' },
        { id: 'asks', workflow: 'blocks', group: 'atlas' },
        { id: 'after', dependencies: ['fails', 'w001'], group: 'atlas' },
      ]);
      served = await serve(line);
      browser = await openBrowser();
      ({ page } = await visit(browser, served, { colorScheme }));
    });
    after(async () => {
      await browser?.close();
      await served?.end();
      await line.openGate();
      await leaveNothing(line);
    });

    it('axe finds nothing on the monitor before anything ran', async () => {
      await page.getByRole('link', { name: 'Monitor', exact: true }).click();
      await page.getByText('Nothing has run yet').waitFor();
      await expectAccessible(page, 'empty monitor');
    });

    it('axe finds nothing on the builder, its filter and its plans', async () => {
      await openBuilder(page);
      await expectAccessible(page, 'empty builder');
      await page.getByRole('button', { name: 'Select all' }).click();
      await page.getByRole('button', { name: 'Pin cirrus at the top' }).click();
      await untilPlanned(page, 33);
      await expectAccessible(page, 'builder');
      await page.getByRole('button', { name: 'atlas 13', exact: true }).click();
      await eventually('it is filtered', async () => (await page.locator('.tally').innerText()).includes('hidden'));
      await expectAccessible(page, 'filtered builder');
      await page.getByRole('button', { name: 'Plans…' }).click();
      await page.getByLabel('Save what is chosen now as').fill('all');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('button', { name: 'Load all' }).waitFor();
      await expectAccessible(page, 'plans');
      await page.keyboard.press('Escape');
    });

    it('axe finds nothing on the preview', async () => {
      await page.getByRole('tab', { name: 'Preview' }).click();
      await page.getByText('Order of 33 works').waitFor();
      await expectAccessible(page, 'preview');
    });

    it('axe finds nothing on the monitor of a running batch with a failure and a question', async () => {
      await page.getByRole('button', { name: 'Start 33 works' }).click();
      await page.waitForURL(/\/monitor\//);
      await page.getByText('w00').first().waitFor();
      // The held works of the pinned group leave the others waiting.
      for (const work of spread(30, [''])) await line.write(line.folder, `gate-${work.id}`, '');
      await untilCount(page, 'failed', (count) => count === 1);
      await page.locator('.attention').waitFor();
      await untilCount(page, 'running', (count) => count === 0);
      await expectAccessible(page, 'monitor');
    });

    it('axe finds nothing on a work: its log, its terminal, all about it, and the question before a stop', async () => {
      await page.locator('.failures').getByRole('button', { name: 'fails' }).click();
      await page.locator('.log-line').first().waitFor();
      await expectAccessible(page, 'log');
      await page.getByRole('tab', { name: 'Terminal' }).click();
      await expectAccessible(page, 'terminal');
      await page.getByRole('tab', { name: 'About' }).click();
      await page.getByRole('region', { name: 'Stages that ran' }).waitFor();
      await expectAccessible(page, 'about');
      await page.keyboard.press('Escape');
    });

    it('a phone shows the monitor without scrolling sideways', async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      await eventually(
        'the page is laid out',
        async () =>
          (await page.evaluate(
            'document.documentElement.scrollWidth <= 360 && document.querySelector("main").scrollWidth <= 360',
          )) === true,
      );
      await expectAccessible(page, 'phone');
      assert.equal(await page.locator('.controls button').count(), 0);
    });
  });
