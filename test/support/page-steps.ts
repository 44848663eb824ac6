/** What a person does on the pages, in the words of the tests. */
import type { Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** The shown number of works in a state. */
export const shownCount = async (page: Page, state: string): Promise<number> =>
  Number((await page.locator(`[data-count="${state}"]`).textContent()) ?? NaN);

/** Waits until the page says so many works are in a state. */
export const untilCount = (page: Page, state: string, wanted: (count: number) => boolean): Promise<unknown> =>
  eventually(`the page counts ${state} works`, async () => wanted(await shownCount(page, state)), 60_000);

/** Waits until the page says that the batch is in a state. */
export const untilState = (page: Page, state: string): Promise<unknown> =>
  page.locator(`[data-fact="state"]:text-is("${state}")`).waitFor({ timeout: 60_000 });

/** Opens the builder and waits for its first row. */
export const openBuilder = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'Builder', exact: true }).click();
  await page.locator('[data-at="0:0"]').waitFor();
};

/** Waits until the plan of what is chosen now stands in the page, and gives the shown start of its hash. */
export const untilPlanned = async (page: Page, works: number): Promise<string> => {
  await eventually(`a plan of ${works} works`, async () => {
    if ((await page.locator('.start-box').getAttribute('aria-busy')) !== 'false') return false;
    const shown = page.locator('[data-fact="works"]');
    return (await shown.count()) > 0 && parseInt((await shown.innerText()).replaceAll(',', ''), 10) === works;
  });
  return (await page.locator('[data-fact="hash"] code').getAttribute('title')) ?? '';
};

/** Ids in the order of the preview, from its first. */
export const previewOrder = async (page: Page): Promise<readonly string[]> =>
  page.locator('.order-body [role=row]').evaluateAll((rows) => {
    const places = rows as unknown as { getAttribute(name: string): string }[];
    return places
      .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
      .map((row) => row.getAttribute('data-id'));
  });

/** The words of the tally above the grid. */
export const tally = async (page: Page): Promise<string> =>
  (await page.locator('.tally').innerText()).replaceAll(/\s+/g, ' ');
