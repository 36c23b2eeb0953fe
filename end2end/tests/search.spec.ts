// Looking for numbers, one or many.
import { expect, test } from './fixtures';
import { hydrated, numbersOnPage } from './pages';

test('two hundred pasted numbers are looked up at once', async ({ page }) => {
  await page.goto('/parcels');
  await hydrated(page);
  const known = (await numbersOnPage(page)).slice(0, 20);
  const unknown = Array.from({ length: 200 - known.length }, (_, index) => `UNKNOWN-${index}`);
  await page.getByLabel('Tracking numbers or references').fill([...known, ...unknown].join('\n'));
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByText(`${unknown.length} numbers`)).toBeVisible();
  await expect(page.getByText('UNKNOWN-179', { exact: true })).toBeVisible();
  for (const number of known) {
    await expect(page.getByRole('link', { name: number, exact: true }).first()).toBeVisible();
  }
});

test('one number leads straight to its parcel', async ({ page }) => {
  await page.goto('/parcels');
  await hydrated(page);
  const [number] = await numbersOnPage(page);
  await page.getByLabel('Tracking numbers or references').fill(` ${number}\n`);
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByRole('heading', { level: 1, name: number })).toBeVisible();
});

test('the list of parcels is leafed through and filtered', async ({ page }) => {
  await page.goto('/parcels');
  await hydrated(page);
  const first = await numbersOnPage(page);
  await page.getByRole('link', { name: 'Next →' }).click();
  await expect(page).toHaveURL(/after=/);
  await expect(page.getByRole('link', { name: first[0], exact: true })).toHaveCount(0);
  await page.getByLabel('Promise', { exact: true }).selectOption('late');
  await expect(page).toHaveURL('/parcels?class=late');
  // The old list stays until the new one is there.
  const marks = page.locator('table tbody .mark');
  const classes = async () => [...new Set((await marks.allInnerTexts()).map((text) => text.trim()))];
  await expect.poll(classes).toEqual(['▲ late']);
});
