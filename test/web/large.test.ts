/** Thousands of works: only those in sight are in the document, and a choice travels in a few bytes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { noBrowser, openBrowser, serve, visit, type Served } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { tally, untilCount, untilPlanned } from '../support/page-steps.ts';
import { leaveNothing, status } from '../support/running-batch.ts';
import { makeWebProject, spread, type WebProject } from '../support/web-project.ts';

const groups = ['atlas', 'borealis', 'cirrus', 'delta', 'ember'];

describe('many works on the pages', { skip: noBrowser }, () => {
  let line: WebProject;
  let browser: Browser;
  let served: Served;
  let page: Page;

  before(async () => {
    line = await makeWebProject(spread(50_000, groups));
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

  it('50,000 rows: all are counted, few are drawn, the last one is reached', async () => {
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '50001');
    await page.locator('[data-at="0:0"]').focus();
    await page.keyboard.press('Control+End');
    await page.getByText('w50000', { exact: true }).waitFor();
    assert.ok((await page.getByRole('row').count()) < 80);
  });

  it('50,000 rows: scrolling reuses the rows of the page, styles no others, and leaves them in order', async () => {
    const grid = page.getByRole('grid');
    const rows = page.locator('.grid-body [role=row]');
    await grid.evaluate((element) => void ((element as unknown as { scrollTop: number }).scrollTop = 3200));
    await eventually('the rows are there', async () => (await lastRow(rows)) > 50);
    await rows.evaluateAll((all) => all.forEach((row) => ((row as { wasThere?: boolean }).wasThere = true)));
    const before = await rows.count();
    await browser.startTracing(page, { categories: ['devtools.timeline'] });
    await page.evaluate(scrollThirty);
    const styled = styledElements(await browser.stopTracing());
    const made = await rows.evaluateAll((all) => all.filter((row) => !('wasThere' in (row as object))).length);
    assert.ok(made <= 2, `${made} of ${before} rows were made anew`);
    assert.ok(styled.length > 10, `the page was styled ${styled.length} times`);
    // A row that moves is one element; the whole grid with its cells would be 400, the page 600.
    const median = styled.toSorted((a, b) => a - b)[Math.floor(styled.length / 2)] ?? NaN;
    assert.ok(median <= before + 20, `${median} elements are styled in a frame, for ${before} rows`);
    await eventually('the rows stand in order', async () => {
      const places = await rows.evaluateAll((all) =>
        all.map((row) => Number((row as { getAttribute(name: string): string }).getAttribute('aria-rowindex'))),
      );
      return places.every((place, i) => i === 0 || place > (places[i - 1] as number));
    });
  });

  it('50,000 rows: all, the others, a group and a range are chosen at once, and sent as a rule', async () => {
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/plan')) sent.push(request.postData() ?? '');
    });
    await page.getByRole('button', { name: 'Select all' }).click();
    assert.equal(await tally(page), '50,000 chosen of 50,000 works');
    await page.getByLabel('Which group').selectOption('cirrus');
    await page.getByRole('button', { name: 'Exclude group' }).click();
    assert.equal(await tally(page), '40,000 chosen of 50,000 works');
    await page.getByRole('button', { name: 'Invert' }).click();
    assert.equal(await tally(page), '10,000 chosen of 50,000 works');
    await page.getByLabel('Filter works by text').fill('part 4999');
    await eventually('it is filtered', async () => (await tally(page)).includes('shown'));
    await page.getByRole('button', { name: /^Select \d+ shown$/ }).click();
    await page.getByRole('button', { name: 'Show all' }).click();
    await eventually('a plan was asked for', () => sent.length > 0);
    assert.ok((sent.at(-1) ?? '').length < 1000, sent.at(-1)?.slice(0, 2000));
  });

  it('5,000 works: the preview has an order for all, and the number is typed before they start', async () => {
    await line.setWorks(spread(5000, groups));
    await page.reload();
    await page.locator('[data-at="0:0"]').waitFor();
    await page.getByRole('button', { name: 'Select all' }).click();
    await untilPlanned(page, 5000);
    await page.getByRole('tab', { name: 'Preview' }).click();
    await page.getByText('Order of 5,000 works').waitFor();
    assert.ok((await page.locator('.order-row').count()) < 60);
    await page.getByRole('button', { name: 'Start 5,000 works' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start 5,000 works?' });
    const start = dialog.getByRole('button', { name: 'Start 5,000 works' });
    await dialog.getByRole('textbox').fill('500');
    assert.equal(await start.isDisabled(), true);
    await dialog.getByRole('textbox').fill('5000');
    await start.click();
    await page.waitForURL(/\/monitor\//);
    await untilCount(page, 'running', (count) => count === 2);
  });

  it('5,000 works in the monitor: few are drawn, a word finds one, it is skipped from its line', async () => {
    assert.ok((await page.locator('.work-line').count()) < 60);
    await page.getByLabel('Find works of this batch').fill('w4321');
    await page.getByRole('button', { name: 'Skip w4321' }).click();
    await page.getByRole('button', { name: 'Skip it and its dependents' }).click();
    await untilCount(page, 'skipped', (count) => count === 1);
    assert.equal((await status(line)).counts.skipped, 1);
  });
});

/** The place of the last row that is drawn. */
const lastRow = async (rows: Locator): Promise<number> =>
  Math.max(
    ...(await rows.evaluateAll((all) =>
      all.map((row) => Number((row as { getAttribute(name: string): string }).getAttribute('aria-rowindex'))),
    )),
  );

/** A screen of other rows in each of 30 frames. */
const scrollThirty = `new Promise((done) => {
  const grid = document.querySelector('[role=grid]');
  let left = 30;
  const step = () => { grid.scrollTop += 960; if (--left > 0) requestAnimationFrame(step); else requestAnimationFrame(done); };
  requestAnimationFrame(step);
})`;

/** How many elements the browser styled each time it did. */
const styledElements = (trace: Buffer): readonly number[] => {
  const { traceEvents } = JSON.parse(trace.toString()) as {
    traceEvents: readonly { name: string; args: { elementCount?: number } }[];
  };
  return traceEvents.flatMap(({ name, args }) => (name === 'UpdateLayoutTree' ? (args.elementCount ?? []) : []));
};
