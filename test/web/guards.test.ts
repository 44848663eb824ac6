/** What stands against a start, said before it: missing keys and programs; and a server that starts nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { noBrowser, openBrowser, serve, visit, type Served } from '../support/browser.ts';
import { untilPlanned } from '../support/page-steps.ts';
import { leaveNothing, status } from '../support/running-batch.ts';
import { makeWebProject, spread, type WebProject } from '../support/web-project.ts';

describe('what stands against a start', { skip: noBrowser }, () => {
  let line: WebProject;
  let browser: Browser;
  let served: Served;

  before(async () => {
    line = await makeWebProject(spread(3, ['atlas']), {
      workflows: {
        make: {
          worktree: false,
          stages: [{ name: 'ask', run: ['no-such-program', '--key', '$NO_SUCH_API_KEY'] }],
        },
      },
    });
    served = await serve(line, ['--port', '0', '--read-only']);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await served?.end();
    await leaveNothing(line);
  });

  it('missing keys and programs of the chosen workflow are named, with the stage that needs them', async () => {
    const { page, complaints } = await visit(browser, served);
    await page.getByRole('button', { name: 'Select all' }).click();
    await untilPlanned(page, 3);
    await page.getByRole('tab', { name: 'Preview' }).click();
    const warnings = await page.getByRole('list', { name: 'Warnings' }).innerText();
    assert.match(warnings, /variable NO_SUCH_API_KEY is missing, needed by .*make.*ask/);
    assert.match(warnings, /program no-such-program is missing, needed by .*make.*ask/);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  it('a read-only server says that it starts nothing', async () => {
    const again = await serve(line, ['--port', '0', '--read-only']);
    const { page } = await visit(browser, again);
    await page.getByRole('button', { name: 'Select all' }).click();
    await untilPlanned(page, 3);
    await page.getByText('The server is read-only: it starts nothing.').waitFor();
    assert.equal(await page.locator('.start-box button.primary').isDisabled(), true);
    assert.equal((await status(line)).batch_run_id, null);
    await page.context().close();
    await again.end();
  });
});
