// A row that could not be read goes from the list of rejected rows to a KPI.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { figure, hydrated } from './pages';

const iso = (daysAgo: number, time: string) => `${new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)}T${time}Z`;

test('rejected rows are corrected, alone and all at once, and count', async ({ page, request }, { project }) => {
  const feed = `mend-${project.name}`;
  const courier = `Mendable ${project.name}`;
  const folder = join(process.env.E2E_FOLDER!, 'feeds');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${feed}.toml`),
    `number = "{n}"\ncourier = "${courier}"\ncode = "{code}"\ntime = "{at}"\npromise = { at = "{due}" }\n`,
  );
  const parcels = [1, 2, 3, 4].map((n) => `${project.name.toUpperCase()}-M${n}`);
  const rows = parcels.flatMap((n) => [`${n},accepted,${iso(6, '08:00')},${iso(5, '18:00')}`, `${n},delivered,at noon,`]);
  const sent = await request.post(`/api/v1/feeds/${feed}/events`, {
    headers: { 'Content-Type': 'text/csv' },
    data: `n,code,at,due\n${rows.join('\n')}\n,sum,at noon,\n`,
  });
  expect(await sent.json()).toMatchObject({ rejected: 5 });
  expect((await request.post(`/api/v1/feeds/${feed}/switch-on`)).ok()).toBe(true);
  const lates = `/?courier=${encodeURIComponent(courier)}&period=28`;
  await expect(async () => {
    await page.goto(lates);
    await expect(figure(page, 'On-time, customer')).toHaveText(/^0/, { timeout: 1_000 });
  }).toPass();

  await page.goto(`/feeds/${feed}`);
  await page.getByRole('link', { name: 'Correct rejected rows and take them in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Rejected rows' })).toBeVisible();
  await expect(page.getByText('5 rejected rows open')).toBeVisible();
  await hydrated(page);
  const form = (number: string) =>
    page.locator('form.rejected', { has: page.locator(`input[value="${number}"]`) });
  await form(parcels[0]).getByLabel('at', { exact: true }).fill(iso(5, '10:00'));
  await form(parcels[0]).getByRole('button', { name: 'Correct and take in' }).click();
  await expect(page.getByText('1 row was taken in.')).toBeVisible();
  await expect(form(parcels[0])).toHaveCount(0);

  // What is wrong still comes back, as it was corrected, with its new reason.
  await form(parcels[1]).getByLabel('n', { exact: true }).fill('');
  await form(parcels[1]).getByRole('button', { name: 'Correct and take in' }).click();
  await expect(page.getByText('1 row is still wrong')).toBeVisible();
  const back = page.locator('form.rejected', { hasText: 'Corrected before: it was row 5' });
  await back.getByLabel('n', { exact: true }).fill(parcels[1]);
  await back.getByRole('button', { name: 'Correct and take in' }).click();
  await expect(page.getByText('Corrected before: it was row 2')).toBeVisible();

  // A total at the end of the list is no parcel.
  const total = page.locator('form.rejected', { has: page.locator('input[value="sum"]') });
  await total.getByLabel(/^Why row/).selectOption('no_parcel');
  await total.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByText('1 row was dismissed.')).toBeVisible();

  // The rest has one mistake in common.
  await page.goto(`/feeds/${feed}`);
  await page.getByRole('link', { name: 'Look at these rows' }).first().click();
  await hydrated(page);
  await expect(page.getByLabel('where it says')).toHaveValue('at noon');
  await page.getByLabel('write', { exact: true }).fill(iso(5, '12:00'));
  await page.getByRole('button', { name: 'Correct all of them and take in' }).click();
  await expect(page.getByText('3 rows were taken in.')).toBeVisible();
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(content).toBeLessThanOrEqual(screen);

  await page.goto(lates);
  await expect(figure(page, 'On-time, customer')).toHaveText(/^100/);
});
