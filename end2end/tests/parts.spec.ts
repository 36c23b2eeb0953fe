// Pages that few open come in parts of the program of their own, and only when they are needed.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { hydrated } from './pages';

const PART = /\/pkg\/parts\/.*\.wasm$/;

/** The parts that a page has asked for, by name. */
function partsOf(page: Page): string[] {
  const parts: string[] = [];
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.match(/\/parts\/split_(\w+)-\d+\.wasm$/)?.[1];
    if (name) parts.push(name);
  });
  return parts;
}

const follow = (page: Page, title: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title, exact: true }).click();

const heading = (page: Page, title: string) => page.getByRole('heading', { level: 1, name: title });

test('a part is loaded by the first of its pages that somebody goes to', async ({ page }) => {
  const parts = partsOf(page);
  await page.goto('/');
  await hydrated(page);
  for (const title of ['Couriers', 'Parcels', 'Open work', 'Overview']) {
    await follow(page, title);
    await expect(heading(page, title)).toBeVisible();
  }
  expect(parts).toEqual([]);

  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  for (const title of ['Contracts', 'Calendars', 'Feeds', 'Contracts']) {
    await follow(page, title);
    await expect(heading(page, title)).toBeVisible();
  }
  expect(parts).toEqual(['terms', 'feeds']);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('an address within a part is sent whole and taken over', async ({ page }) => {
  const parts = partsOf(page);
  const sent = await page.request.get('/calendars/ES?year=2026');
  expect(await sent.text()).toContain('class="month');

  await page.goto('/calendars/ES?year=2026');
  await hydrated(page);
  expect(parts).toEqual(['terms']);
  await page.getByLabel('Year', { exact: true }).selectOption('2025');
  await expect(page).toHaveURL(/year=2025/);
  await expect(page.locator('.month')).toHaveCount(12);
});

test('a part is sent compressed, as WebAssembly, and asked for again before it is used again', async ({ page }) => {
  const part = page.waitForResponse((response) => PART.test(response.url()));
  await page.goto('/feeds');
  const headers = await (await part).allHeaders();
  expect(headers['content-type']).toBe('application/wasm');
  expect(headers['content-encoding']).toBe('br');
  expect(headers['cache-control']).toBe('no-cache');
  expect(headers.etag).toBeTruthy();
});

test.describe('where a part cannot be loaded', () => {
  test.use({ expectedNoise: [/ERR_FAILED|Failed to fetch/] });

  test('the page comes whole from the server', async ({ page }) => {
    await page.goto('/');
    await hydrated(page);
    await page.route(PART, (route) => route.abort(), { times: 1 });
    await follow(page, 'Exclusions');
    await expect(heading(page, 'Exclusions')).toBeVisible();
    await expect(page).toHaveURL(/\/exclusions/);
    await hydrated(page);
  });

  test('a page that came whole stays as it was sent', async ({ page }) => {
    let asked = 0;
    page.on('request', (request) => {
      asked += Number(request.isNavigationRequest());
    });
    await page.route(PART, (route) => route.abort());
    await page.goto('/contracts');
    await page.waitForTimeout(2500);
    expect(asked).toBe(1);
    await expect(heading(page, 'Contracts')).toBeVisible();
  });
});
