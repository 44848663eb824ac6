/** The terminal of a running work, in the page: watched at first, typed into when that is switched on. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser, serve, visit, type Served, type Visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { untilPlanned, untilState } from '../support/page-steps.ts';
import { leaveNothing } from '../support/running-batch.ts';
import { makeWebProject, type WebProject } from '../support/web-project.ts';

const stages = [
  { name: 'talk', run: 'printf "\\033[32mwho is there\\033[0m\\n"; read -r name; echo "hello $name"; sleep 1' },
];

describe('the terminal in the page', { skip: noBrowser }, () => {
  let line: WebProject;
  let browser: Browser;
  let served: Served;
  let seen: Visit;
  let page: Page;

  before(async () => {
    line = await makeWebProject([{ id: 'talks' }], {
      default_workflow: 'talk',
      workflows: { talk: { worktree: false, stages } },
    });
    served = await serve(line);
    browser = await openBrowser();
    seen = await visit(browser, served);
    ({ page } = seen);
    await page.getByRole('button', { name: 'Select all' }).click();
    await untilPlanned(page, 1);
    await page.getByRole('button', { name: 'Start 1 work' }).click();
    await page.locator('.running [data-id="talks"]').getByText('Phase 1: talk').waitFor();
  });
  after(async () => {
    await browser?.close();
    await served?.end();
    await leaveNothing(line);
  });

  const shown = (): Promise<string> => page.locator('.terminal .xterm-rows').innerText();

  it('shows what the work has said, and takes no keys until that is switched on', async () => {
    await page.locator('.running').getByRole('button', { name: 'talks' }).click();
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await eventually('its words are shown', async () => (await shown()).includes('who is there'));
    await page.locator('.terminal textarea').focus();
    await page.keyboard.type('nobody\n');
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.locator('.log-line').getByText('who is there').waitFor();
    assert.equal(await page.locator('.log-line').getByText('nobody').count(), 0);
  });

  it('sends keys once they are switched on, and the work goes on with them', async () => {
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await page.getByLabel('Type into it').check();
    await page.getByText('Keys go to the work.').waitFor();
    await page.locator('.terminal textarea').focus();
    await page.keyboard.type('somebody');
    await page.keyboard.press('Enter');
    await eventually('it was heard', async () => (await shown()).includes('hello somebody'));
    await untilState(page, 'completed');
  });

  it('keeps to the policy of the page: nothing is injected', () => {
    assert.deepEqual(seen.complaints, []);
  });
});
