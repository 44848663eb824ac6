/** One operator before the pages, from choosing to the end: one sitting, in this order. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { noBrowser, openBrowser, serve, visit, type Served, type Visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import {
  openBuilder,
  previewOrder,
  shownCount,
  tally,
  untilCount,
  untilPlanned,
  untilState,
} from '../support/page-steps.ts';
import { eventsOf, leaveNothing, status } from '../support/running-batch.ts';
import { makeWebProject, spread, type WebProject } from '../support/web-project.ts';

const groups = ['atlas', 'borealis', 'cirrus', 'delta', 'ember', 'fjord'];

describe('an operator before the pages', { skip: noBrowser }, () => {
  let line: WebProject;
  let browser: Browser;
  let served: Served;
  let seen: Visit;
  let order: readonly string[] = [];
  let hash = '';

  before(async () => {
    line = await makeWebProject(spread(60, groups));
    served = await serve(line);
    browser = await openBrowser();
    seen = await visit(browser, served);
  });
  after(async () => {
    await browser?.close();
    await served?.end();
    await line.openGate();
    await leaveNothing(line);
  });

  it('selects 40 works of several groups from the grid', async () => {
    const { page } = seen;
    // Four whole groups of ten, then one work out and one of another group in.
    for (const group of groups.slice(0, 4)) {
      await page.getByLabel('Which group').selectOption(group);
      await page.getByRole('button', { name: 'Select group' }).click();
    }
    await page.getByLabel('Choose w001', { exact: true }).click();
    await page.getByLabel('Choose w005', { exact: true }).click();
    assert.equal(await tally(page), '40 chosen of 60 works');
    hash = await untilPlanned(page, 40);
    assert.match(hash, /^[0-9a-f]{64}$/);
  });

  it('filters without losing what is chosen, and says how much of it is hidden', async () => {
    const { page } = seen;
    await page.getByRole('button', { name: 'ember 10', exact: true }).click();
    await eventually('only ember is shown', async () => (await tally(page)).includes('10 shown'));
    assert.equal(await tally(page), '40 chosen of 60 works · 10 shown · 39 chosen hidden by the filter');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Filter works by text').fill('long m1 part 2');
    await eventually('the words filter', async () => (await tally(page)).includes('shown'));
    await page.getByRole('button', { name: 'Show all' }).click();
    await eventually('all are shown', async () => (await tally(page)) === '40 chosen of 60 works');
  });

  it('reorders groups by button, by key and by drag, pins one, and the preview follows', async () => {
    const { page } = seen;
    const cards = page.locator('.card-words');
    await page.getByRole('tab', { name: 'Preview' }).click();
    await page.getByRole('button', { name: 'Move delta up' }).click();
    await page.locator('[data-group="delta"]').press('ArrowUp');
    assert.deepEqual(await cards.allTextContents(), ['atlas', 'delta', 'borealis', 'cirrus', 'ember']);
    assert.equal(await page.evaluate('document.activeElement.dataset.group'), 'delta');

    const grip = page.locator('.card-grip');
    const [from, to] = [await grip.nth(3).boundingBox(), await grip.nth(0).boundingBox()];
    assert.ok(from && to);
    await page.mouse.move(from.x + 6, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 6, from.y - 12, { steps: 4 });
    await page.mouse.move(to.x + 6, to.y + 4, { steps: 8 });
    await page.mouse.up();
    // While it settles, a copy of the card keeps its place.
    await eventually('the card lies', async () => (await cards.count()) === 5);
    assert.deepEqual(await cards.allTextContents(), ['cirrus', 'atlas', 'delta', 'borealis', 'ember']);

    await page.getByRole('button', { name: 'Pin ember at the top' }).click();
    assert.deepEqual(await cards.allTextContents(), ['ember', 'cirrus', 'atlas', 'delta', 'borealis']);
    const other = await untilPlanned(page, 40);
    assert.notEqual(other, hash);
    hash = other;
    await eventually('the preview begins with ember', async () => (await previewOrder(page))[0] === 'w005');
    order = await previewOrder(page);
    const groupOf = (id: string): string => groups[(Number(id.slice(1)) - 1) % 6] ?? '';
    assert.deepEqual(order.slice(0, 12).map(groupOf), ['ember', ...Array<string>(10).fill('cirrus'), 'atlas']);
    const why = await page.locator('[data-id="w005"] .order-why').innerText();
    assert.match(why, /ember/);
  });

  it('sees totals, groups, jobs, the band, the workers and the settings that would be frozen', async () => {
    const { page } = seen;
    assert.equal(await page.locator('[data-fact="works"]').innerText(), '40');
    assert.equal(await page.locator('[data-fact="jobs"]').innerText(), '80');
    assert.match(await page.locator('[data-fact="estimate"]').innerText(), /^about .+ \(.+–.+\)$/);
    assert.match(await page.locator('[data-fact="band"]').innerText(), /^(fast|standard|thorough)$/);
    assert.equal(await page.locator('[data-fact="workers"]').innerText(), '2');
    const byGroup = await page.locator('table.facts').first().innerText();
    assert.deepEqual(byGroup.split(/\s+/).filter(Boolean), [
      ...['ember', '1', 'cirrus', '10', 'atlas', '9', 'delta', '10', 'borealis', '10'],
    ]);
    assert.match(await page.getByRole('region', { name: 'Stages of make' }).innerText(), /speak[\s\S]+hold/);
  });

  it('keeps what was chosen over a reload of the builder', async () => {
    const { page } = seen;
    await page.reload();
    await untilPlanned(page, 40);
    assert.equal(await page.locator('[data-fact="hash"] code').getAttribute('title'), hash);
  });

  it('saves the plan, loads it after all was cleared, clones and deletes it', async () => {
    const { page } = seen;
    await page.getByRole('button', { name: 'Plans…' }).click();
    await page.getByLabel('Save what is chosen now as').fill('forty');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Clone forty' }).click();
    await page.getByRole('button', { name: 'Clone', exact: true }).click();
    await page.getByRole('button', { name: 'Delete forty-copy' }).click();
    await page.getByRole('button', { name: 'Delete forty-copy' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('tab', { name: 'Works' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    assert.equal(await tally(page), '0 chosen of 60 works');
    assert.equal(await page.locator('.start-box button.primary').isDisabled(), true);
    await page.getByRole('button', { name: 'Plans…' }).click();
    await page.getByRole('button', { name: 'Load forty' }).click();
    await eventually('the plan is loaded', async () => (await tally(page)) === '40 chosen of 60 works');
    assert.deepEqual((await page.locator('.card-words').allTextContents())[0], 'ember');
  });

  it('starts exactly what was previewed: the first works that run are the first of the preview', async () => {
    const { page } = seen;
    await page.getByLabel('Workers').selectOption('3');
    await page.getByRole('tab', { name: 'Preview' }).click();
    hash = await untilPlanned(page, 40);
    order = await previewOrder(page);
    await page.getByRole('button', { name: 'Start 40 works' }).click();
    await page.waitForURL(/\/monitor\//);
    await untilCount(page, 'running', (count) => count === 3);
    const running = await page
      .locator('.running li')
      .evaluateAll((list) => (list as unknown as { dataset: { id: string } }[]).map(({ dataset }) => dataset.id));
    assert.deepEqual([...running].sort(), [...order.slice(0, 3)].sort());
    const { plan_hash } = await status(line);
    assert.equal(plan_hash, hash);
  });

  it('sees the counters move, and the stage and the last words of what runs', async () => {
    const { page } = seen;
    const first = order[0] as string;
    const row = page.locator(`.running [data-id="${first}"]`);
    await row.getByText('Phase 2: hold').waitFor();
    await line.write(line.folder, `gate-${first}`, '');
    await untilCount(page, 'completed', (count) => count === 1);
    const chosen = page.getByLabel('Batch', { exact: true }).locator('option:checked');
    assert.match((await chosen.textContent()) ?? '', / · running · 1\/40$/, 'the list says what the page says');
    await page.locator(`.running [data-id="${order[3]}"]`).waitFor();
    assert.equal(await page.locator('[data-fact="finished"]').innerText(), '1 of 40');
    await page
      .locator('.feed')
      .getByText(/completed/)
      .first()
      .waitFor();
  });

  it('pauses: nothing new begins; resumes: nothing is lost and nothing runs twice', async () => {
    const { page } = seen;
    await page.getByRole('button', { name: 'Pause' }).click();
    await untilState(page, 'paused');
    for (const id of order.slice(1, 4)) await line.write(line.folder, `gate-${id}`, '');
    await untilCount(page, 'completed', (count) => count === 4);
    assert.equal(await shownCount(page, 'running'), 0);
    assert.equal(await shownCount(page, 'queued'), 36);
    await page.getByRole('button', { name: 'Resume' }).click();
    await untilState(page, 'running');
    await untilCount(page, 'running', (count) => count === 3);
    for (const id of order.slice(0, 4)) assert.equal(eventsOf(line, 'work_assigned', id).length, 1, id);
  });

  it('stops, and stops by force; works can be resumed from there', async () => {
    const { page } = seen;
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.getByLabel('Now, by force').check();
    await page.getByRole('button', { name: 'Force stop', exact: true }).click();
    await untilState(page, 'stopped');
    assert.equal(await shownCount(page, 'running'), 0);
    const { counts } = await status(line);
    for (const state of ['completed', 'queued', 'stopped', 'failed'] as const)
      assert.equal(await shownCount(page, state), counts[state], state);
    await page.getByRole('button', { name: 'Resume' }).click();
    await untilCount(page, 'running', (count) => count === 3);
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.getByLabel('Now', { exact: false }).nth(0).check();
    await page.getByRole('button', { name: 'Stop now' }).click();
    await untilState(page, 'stopped');
    await page.getByRole('button', { name: 'Resume' }).click();
    await untilCount(page, 'running', (count) => count === 3);
  });

  it('reloads, and has the latest batch with all its numbers again; from the first address too', async () => {
    const { page } = seen;
    const before = await page.locator('.counts').innerText();
    await page.reload();
    await untilCount(page, 'running', (count) => count === 3);
    assert.equal(await page.locator('.counts').innerText(), before);
    await page.goto(served.origin);
    await page.waitForURL(/\/monitor$/);
    await untilCount(page, 'running', (count) => count === 3);
    assert.equal(await page.locator('.counts').innerText(), before);
  });

  it('takes up the plan of an earlier run, and is told why it cannot start beside an unfinished batch', async () => {
    const { page } = seen;
    await openBuilder(page);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Plans…' }).click();
    await page.getByRole('button', { name: /^Take up the plan of/ }).click();
    await eventually('the plan is taken up', async () => (await tally(page)) === '40 chosen of 60 works');
    await page.getByText(/is not finished: resume or stop it first/).waitFor();
    assert.equal(await page.locator('.start-box button.primary').isDisabled(), true);
  });

  it('sees the batch to its end, and the page had nothing to complain of', async () => {
    const { page, complaints } = seen;
    await page.getByRole('link', { name: 'Monitor' }).click();
    await page.locator('.timeline canvas[aria-label*=" stages of "]:not([aria-label^="0 "])').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await line.openGate();
    await untilState(page, 'completed');
    assert.equal(await shownCount(page, 'completed'), 40);
    // Of each work: its preparation and two stages, and the works that were taken back once more.
    const drawn = await page.locator('.timeline canvas').getAttribute('aria-label');
    assert.ok(Number(/^(\d+) stages/.exec(drawn ?? '')?.[1]) >= 120, drawn ?? '');
    assert.deepEqual(
      asked.filter((path) => path.endsWith('/runs')),
      [],
      'the drawing follows the events',
    );
    assert.deepEqual(complaints, []);
    await openBuilder(page);
    const row = page.locator('[role=row][aria-rowindex="4"]');
    const cells = await row.getByRole('gridcell').allInnerTexts();
    assert.deepEqual(cells.slice(1, 7), ['cirrus', 'm2', 'long', 'Make part 3', 'w003', 'completed']);
    assert.match(cells[7] ?? '', /ago|just now/);
    assert.deepEqual(cells.slice(8), ['87%', 'make', '–']);
    const [whole, check] = [await row.boundingBox(), await row.getByRole('checkbox').boundingBox()];
    assert.ok(
      whole && check && Math.abs(check.y + check.height / 2 - whole.y - whole.height / 2) <= 1,
      'in the middle',
    );
    const columns = await page.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(columns.slice(1), [
      ...['Group', 'Model', 'Variant', 'Title', 'Id', 'Last state', 'Last run', 'Quality', 'Workflow', 'Depends on'],
    ]);
  });

  it('scrolls the grid both ways, and the group stays in sight', async () => {
    const { page } = seen;
    const grid = page.getByRole('grid');
    await grid.evaluate((element) => {
      (element as unknown as { scrollLeft: number }).scrollLeft = 600;
    });
    const [box, cell] = [await grid.boundingBox(), await page.locator('[data-at="0:1"]').boundingBox()];
    assert.ok(box && cell && cell.x >= box.x && cell.x < box.x + 60, 'the group is at the left');
    const last = await page.locator('[data-at="0:10"]').boundingBox();
    assert.ok(last && last.x < box.x + box.width, 'the last column is reached');
  });
});
