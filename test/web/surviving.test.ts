/** Two browsers at once, and a server that dies in the middle: the pages show what is. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { noBrowser, openBrowser, serve, visit, type Served, type Visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { shownCount, untilCount, untilPlanned, untilState } from '../support/page-steps.ts';
import { leaveNothing, status } from '../support/running-batch.ts';
import { makeWebProject, spread, type WebProject } from '../support/web-project.ts';

describe('two browsers, and a server that is killed', { skip: noBrowser }, () => {
  let line: WebProject;
  let browser: Browser;
  let served: Served;
  let one: Visit;
  let other: Visit;

  const open = (id: string): Promise<string> => line.write(line.folder, `gate-${id}`, '');

  before(async () => {
    line = await makeWebProject(spread(12, ['atlas', 'borealis']));
    served = await serve(line);
    browser = await openBrowser();
    one = await visit(browser, served);
  });
  after(async () => {
    await browser?.close();
    await served?.end();
    await line.openGate();
    await leaveNothing(line);
  });

  it('a start that was previewed before the schedule changed is refused with the difference, and shows the new plan', async () => {
    const { page } = one;
    await page.getByRole('button', { name: 'Select all' }).click();
    const hash = await untilPlanned(page, 12);
    await line.setWorks(spread(13, ['atlas', 'borealis']));
    await page.getByRole('button', { name: 'Start 12 works' }).click();
    const refusal = page.locator('.start-box .problem');
    await refusal.waitFor();
    assert.match(await refusal.innerText(), /w013/);
    assert.notEqual(await untilPlanned(page, 13), hash);
    assert.equal((await status(line)).batch_run_id, null);
  });

  it('what one browser starts and pauses the other one sees', async () => {
    await one.page.getByRole('button', { name: 'Start 13 works' }).click();
    await untilCount(one.page, 'running', (count) => count === 2);
    const second = await serve(line);
    try {
      other = await visit(browser, second);
      await untilCount(other.page, 'running', (count) => count === 2);
      await other.page.getByRole('button', { name: 'Pause' }).click();
      await untilState(one.page, 'paused');
      await one.page.getByRole('button', { name: 'Resume' }).click();
      await untilState(other.page, 'running');
      // Both at once: one of them wins, neither page is left with a wrong picture. Each button is in hand before either
      // is pressed: the page of the slower one may have put Resume in its place by then.
      const buttons = await Promise.all(
        [one, other].map(({ page }) => page.getByRole('button', { name: 'Pause' }).elementHandle()),
      );
      await Promise.all(buttons.map((button) => button?.dispatchEvent('click')));
      await Promise.all([untilState(one.page, 'paused'), untilState(other.page, 'paused')]);
      await one.page.getByRole('button', { name: 'Resume' }).click();
      await untilState(one.page, 'running');
      await other.page.context().close();
    } finally {
      await second.end();
    }
  });

  it('says that the server is gone, and since when; what is shown stays', async () => {
    const { page } = one;
    await served.kill();
    const banner = page.getByRole('alert').filter({ hasText: 'does not answer' });
    await banner.waitFor();
    assert.match(await banner.innerText(), /since \d\d:\d\d:\d\d .*What you see is from \d\d:\d\d:\d\d/);
    assert.equal(await shownCount(page, 'running'), 2);
    assert.equal(await page.getByRole('button', { name: 'Pause' }).isDisabled(), true);
  });

  it('goes on by itself when a server is there again, with what happened meanwhile', async () => {
    const { page } = one;
    await open('w001');
    await eventually('a work ends meanwhile', async () => (await status(line)).counts.completed === 1);
    served = await serve(line, ['--port', new URL(served.origin).port]);
    await untilCount(page, 'completed', (count) => count === 1);
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor({ state: 'detached' });
    const { counts } = await status(line);
    for (const state of ['queued', 'running', 'completed', 'failed', 'skipped', 'stopped'] as const)
      assert.equal(await shownCount(page, state), counts[state], state);
  });

  it('shows the same after a reload as before, to the last entry of the feed', async () => {
    const { page } = one;
    await page.getByRole('button', { name: 'Pause' }).click();
    await untilState(page, 'paused');
    await line.openGate();
    await untilCount(page, 'running', (count) => count === 0);
    const picture = async (): Promise<string> =>
      `${await page.locator('.counts').innerText()}\n${await page.locator('.feed').innerText()}`;
    const before = await picture();
    await page.reload();
    await untilState(page, 'paused');
    await page.locator('.feed').waitFor();
    assert.equal(await picture(), before);
  });

  it('an address without a session says how to get one', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const answer = await page.goto(`${served.origin}/monitor`);
    assert.equal(answer?.status(), 401);
    await context.close();
    assert.deepEqual(one.complaints, []);
  });
});
