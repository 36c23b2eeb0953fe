// The address is the state: filters, order and page are in it.
import { expect, test } from './fixtures';
import { figure, hydrated } from './pages';

test('choosing a courier changes the address and the figures', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  const all = await figure(page, 'Accepted parcels').innerText();
  await page.getByLabel('Courier', { exact: true }).selectOption('Rápida');
  await expect(page).toHaveURL(/[?&]courier=R%C3%A1pida(&|$)/);
  await expect(figure(page, 'Accepted parcels')).not.toHaveText(all);
  await expect(page.locator('.couriers tbody tr')).toHaveCount(1);

  await page.goBack();
  await expect(figure(page, 'Accepted parcels')).toHaveText(all);
  await expect(page.getByLabel('Courier', { exact: true })).toHaveValue('');
});

test('an address shows the same figures to whoever opens it', async ({ page }) => {
  await page.goto('/?courier=R%C3%A1pida&period=7');
  await hydrated(page);
  await expect(page.getByLabel('Courier', { exact: true })).toHaveValue('Rápida');
  await expect(page.getByLabel('Period', { exact: true })).toHaveValue('7');
  await expect(page.locator('.couriers tbody tr')).toHaveCount(1);
});

test('a period of its own has fields for its days', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  await expect(page.getByLabel('From', { exact: true })).toBeHidden();
  await page.getByLabel('Period', { exact: true }).selectOption('custom');
  const [from, to] = [14, 8].map((days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10));
  await page.getByLabel('From', { exact: true }).fill(from);
  await page.getByLabel('To', { exact: true }).fill(to);
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(`/?period=custom&from=${from}&to=${to}`);
  await page.getByText('As a table').click();
  await expect(page.locator('.data tbody tr')).toHaveCount(7);
});

test('a click on a heading sorts by it, a second one turns the order round', async ({ page }) => {
  await page.goto('/couriers');
  await hydrated(page);
  const judged = page.getByRole('columnheader', { name: 'Judged' });
  const counts = async () =>
    (await page.locator('.couriers tbody tr td:nth-child(2)').allInnerTexts()).map((text) => Number(text.replace(/\D/g, '')));

  await judged.getByRole('link').click();
  await expect(page).toHaveURL('/couriers?sort=n&dir=desc');
  await expect(judged).toHaveAttribute('aria-sort', 'descending');
  const descending = await counts();
  expect(descending).toEqual([...descending].sort((a, b) => b - a));

  await judged.getByRole('link').click();
  await expect(page).toHaveURL('/couriers?sort=n&dir=asc');
  await expect(judged).toHaveAttribute('aria-sort', 'ascending');
  expect(await counts()).toEqual([...descending].reverse());
});

test('a courier with a slash in its name has its page', async ({ page }) => {
  await page.goto('/couriers');
  await hydrated(page);
  await page.getByRole('link', { name: 'Nordpost/Porto' }).click();
  await expect(page).toHaveURL('/couriers/Nordpost%2FPorto');
  await expect(page.getByRole('heading', { level: 1, name: 'Nordpost/Porto' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Failed attempts' })).toBeVisible();

  await page.reload();
  await hydrated(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Nordpost/Porto' })).toBeVisible();

  await page.getByLabel('Period', { exact: true }).selectOption('7');
  await expect(page).toHaveURL('/couriers/Nordpost%2FPorto?period=7');
  await expect(page.getByRole('heading', { level: 1, name: 'Nordpost/Porto' })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the filters are a form that the browser sends', async ({ page }) => {
    await page.goto('/');
    const all = await figure(page, 'Accepted parcels').innerText();
    await page.getByLabel('Courier', { exact: true }).selectOption('Nordpost/Porto');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page).toHaveURL(/courier=Nordpost%2FPorto/);
    await expect(figure(page, 'Accepted parcels')).not.toHaveText(all);
    await expect(page.getByLabel('Courier', { exact: true })).toHaveValue('Nordpost/Porto');
  });

  test('a number is found', async ({ page }) => {
    await page.goto('/parcels');
    const number = await page.locator('table tbody th a').first().innerText();
    await page.getByLabel('Tracking numbers or references').fill(number);
    await page.getByRole('button', { name: 'Find' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(number);
  });

  test('headings sort', async ({ page }) => {
    await page.goto('/couriers');
    await page.getByRole('columnheader', { name: 'Judged' }).getByRole('link').click();
    await expect(page.getByRole('columnheader', { name: 'Judged' })).toHaveAttribute('aria-sort', 'descending');
  });
});
