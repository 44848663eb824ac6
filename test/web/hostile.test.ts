/** Titles and logs that would like to be markup or to steer a terminal, failures, answers, logs that grow. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser, serve, visit, type Served, type Visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { tally, untilCount, untilPlanned, untilState } from '../support/page-steps.ts';
import { leaveNothing } from '../support/running-batch.ts';
import { makeWebProject, type WebProject } from '../support/web-project.ts';

const title = '<img src=x onerror="window.owned=1"><script>window.owned=1</script> \u202eevil';
const group = '"><svg onload=window.owned=1> with a name that is longer than its card';
const speak = [
  'printf "<script>window.owned=1</script>\\n\\033]0;owned\\007\\033[31mred\\033[0m plain\\n"',
  'i=0; while [ $i -lt 300 ]; do echo "line $i of many"; i=$((i+1)); done',
  'while [ ! -e "$GATE" ]; do sleep 0.05; done; echo grown at the end',
].join('; ');

describe('what comes from outside, on the pages', { skip: noBrowser }, () => {
  let line: WebProject;
  let browser: Browser;
  let served: Served;
  let seen: Visit;
  let page: Page;

  before(async () => {
    line = await makeWebProject(
      [
        { id: 'speaks', title, group, workflow: 'speak' },
        { id: 'fails', title: 'Fails', group: 'plain', workflow: 'fails' },
        { id: 'asks', title: 'Asks', group: 'plain', workflow: 'blocks' },
      ],
      {
        workflows: {
          speak: { worktree: false, stages: [{ name: '<b>bold', run: speak }] },
          fails: { worktree: false, stages: [{ name: 'break', run: 'echo "no such <table>" >&2; exit 7' }] },
          blocks: {
            worktree: false,
            stages: [
              {
                name: 'ask',
                run: '[ -n "$WF_ANSWER" ] && echo "told $WF_ANSWER" && exit 0; echo \'{"outcome":"blocked","question":"which <i>colour</i>?"}\' > "$WF_RESULT_FILE"',
              },
            ],
          },
        },
        default_workflow: 'speak',
      },
    );
    served = await serve(line);
    browser = await openBrowser();
    seen = await visit(browser, served);
    ({ page } = seen);
  });
  after(async () => {
    await browser?.close();
    await served?.end();
    await line.openGate();
    await leaveNothing(line);
  });

  const isOwned = (): Promise<unknown> => page.evaluate('window.owned');

  it('markup in titles, groups and commands is text in the builder and the preview', async () => {
    await page.getByText('<script>window.owned=1</script>').first().waitFor();
    await page.getByRole('button', { name: 'Select all' }).click();
    assert.equal(await tally(page), '3 chosen of 3 works');
    await untilPlanned(page, 3);
    await page.getByRole('tab', { name: 'Preview' }).click();
    await page.locator('.order-row[data-id="speaks"]').getByText('<img src=x').waitFor();
    assert.equal(await page.locator('.preview img, .preview script, .card svg[onload]').count(), 0);
    assert.equal(await isOwned(), undefined);
    for (const name of [/^Move .* down$/, /^Pin /]) {
      const box = await page.getByRole('button', { name }).first().boundingBox();
      assert.ok(box && box.x + box.width <= 1280, 'a long name leaves the buttons of its card in sight');
    }
  });

  it('a failure is there with its reason, and its log is one click away', async () => {
    await page.getByRole('button', { name: 'Start 3 works' }).click();
    await page.waitForURL(/\/monitor\//);
    await untilCount(page, 'failed', (count) => count === 1);
    const failure = page.locator('.failures li').filter({ hasText: 'fails' });
    assert.match(await failure.innerText(), /exited with 7: no such <table>/);
    await failure.getByRole('button', { name: 'fails' }).click();
    await page.locator('.log-line').getByText('no such <table>').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('a log keeps its colours, loses what would steer a terminal, is searched, and grows while one looks', async () => {
    await page.locator('.running').getByRole('button', { name: 'speaks' }).click();
    await page.locator('.log-line').getByText('line 299 of many').waitFor();
    await page.getByLabel('Search the log').fill('red');
    await page.getByText('1 of 1').waitFor();
    const found = page.locator('.log-line.current');
    assert.equal(await found.innerText().then((text) => text.replace(/^\d+\s*/, '')), 'red plain');
    assert.equal(await found.locator('.ansi-1').innerText(), 'red');
    await page.getByLabel('Search the log').fill('');
    await page.getByRole('button', { name: 'To the end' }).click();
    await line.openGate();
    await page.locator('.log-line').getByText('grown at the end').waitFor();
    await page.getByText('ended', { exact: true }).waitFor();
    assert.equal(await isOwned(), undefined);
    await page.keyboard.press('Escape');
  });

  it('a question stands before everything else, and the answer lets its work go on', async () => {
    const question = page.locator('.attention li').filter({ hasText: 'asks' });
    assert.match(await question.innerText(), /which <i>colour<\/i>\?/);
    await question.getByLabel('Answer for asks').fill('green');
    await question.getByRole('button', { name: 'Answer and retry' }).click();
    await page.locator('[data-id="asks"][data-state="completed"]').waitFor();
    await page.locator('.attention').waitFor({ state: 'detached' });
  });

  it('a failed work runs again when it is asked to, and nothing of all this disturbed the page', async () => {
    await page.getByRole('button', { name: 'Retry fails' }).click();
    await eventually('it was tried twice', async () => (await page.locator('.failures li').count()) >= 1);
    await untilState(page, 'completed');
    assert.equal(await isOwned(), undefined);
    assert.deepEqual(seen.complaints, []);
  });
});
