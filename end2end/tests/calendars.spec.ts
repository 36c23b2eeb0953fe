// From the list of calendars to a year of one, and to a date that somebody adds.
import { expect, test } from './fixtures';
import { hydrated } from './pages';

test('a year of a calendar shows its holidays, by region', async ({ page }) => {
  await page.goto('/calendars');
  await hydrated(page);
  await page.getByRole('link', { name: 'Spain' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'ES' })).toBeVisible();
  await expect(page.locator('.month')).toHaveCount(12);
  await page.getByLabel('Year', { exact: true }).selectOption('2026');
  await expect(page).toHaveURL(/year=2026/);
  const everywhere = await page.locator('.month .closed').count();
  await page.getByLabel('Region', { exact: true }).selectOption('Comunidad de Madrid');
  await expect(page).toHaveURL(/region=/);
  await expect.poll(() => page.locator('.month .closed').count()).toBeGreaterThan(everywhere);
});

test('a date is added from a spreadsheet and holds', async ({ page }, { project }) => {
  // Each project adds its own, in the same database.
  const date = project.name === 'phone' ? '2026-10-07' : '2026-10-06';
  await page.goto('/calendars/BE?year=2026');
  await hydrated(page);
  const dates = await (await page.request.get('/api/v1/calendars/BE/file?as=csv')).text();
  await page.getByLabel('Written as').selectOption('csv');
  await page.getByLabel('Text', { exact: true }).fill(`${dates}${date},closed,,Stocktaking,,\n`);
  await page.getByLabel('Why it changes').fill(`Closed on ${date}`);
  await page.getByRole('button', { name: 'Save as the next edition' }).click();
  await page.waitForURL(/\/calendars\/BE$/);
  await expect(page.getByText(`Closed on ${date}`)).toBeVisible();
  await page.goto('/calendars/BE?year=2026');
  await expect(page.getByRole('cell', { name: 'Stocktaking' }).first()).toBeVisible();
});

test('a calendar is added, a date of it closed and opened again', async ({ page }, { project }) => {
  // Each project adds that of another country, in the same database.
  const [name, zone] = project.name === 'phone' ? ['MT', 'Europe/Malta'] : ['IE', 'Europe/Dublin'];
  const shown = new RegExp(`/calendars/${name}\\?year=2026$`);
  await page.goto('/calendars');
  await hydrated(page);
  for (const [label, text] of [['Name', name], ['What people', 'An island'], ['Country', name], ['Time zone', zone]]) {
    await page.getByLabel(label).fill(text);
  }
  await page.getByLabel('Friday').fill('08:00-12:00, 13:00-17:00');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(new RegExp(`/calendars/${name}$`));
  await page.getByLabel('Date', { exact: true }).fill('2026-10-26');
  await page.locator('#date-form').getByLabel('Name').fill('Bank holiday');
  await page.getByRole('button', { name: 'Save the date' }).click();
  await page.waitForURL(shown);
  await page.getByRole('row', { name: /Bank holiday/ }).getByRole('link', { name: /^Change / }).click();
  await expect(page.getByLabel('Date', { exact: true })).toHaveValue('2026-10-26');
  await page.getByLabel('Hours', { exact: true }).fill('09:00-11:00');
  await page.getByRole('button', { name: 'Save the date' }).click();
  await page.waitForURL(shown);
  await page.getByRole('row', { name: /09:00-11:00/ }).getByRole('link', { name: /^Change / }).click();
  await expect(page.getByLabel('Hours', { exact: true })).toHaveValue('09:00-11:00');
  await page.getByRole('button', { name: 'Take the date out' }).click();
  await page.waitForURL(shown);
  await expect(page.getByRole('row', { name: /09:00-11:00/ })).toHaveCount(0);
});
