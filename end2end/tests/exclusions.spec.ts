// A manager looks at what couriers claim, accepts an exclusion, and takes it back; and at what is under way.
import { expect, test } from './fixtures';
import { hydrated } from './pages';

test('an exclusion is accepted for a late parcel and taken back', async ({ page, request }, { project }) => {
  const courier = 'Vistula Kurier';
  const { parcels } = await (await request.get(`/api/v1/parcels?courier=${encodeURIComponent(courier)}&class=late&limit=20`)).json();
  const number = parcels[project.name === 'desktop' ? 0 : 1].number;
  await page.goto(`/exclusions?courier=${encodeURIComponent(courier)}&number=${number}#accept`);
  await hydrated(page);
  await expect(page.getByLabel('Tracking number')).toHaveValue(number);
  await page.getByLabel('Reason').selectOption({ label: 'Weather' });
  await page.getByLabel('Accepted by').fill('Ana');
  await page.getByRole('button', { name: 'Accept' }).click();
  const row = page.getByRole('table', { name: 'Exclusions' }).getByRole('row').filter({ hasText: number });
  await expect(row).toContainText('Weather');
  await row.getByRole('textbox').fill('Rui');
  await row.getByRole('button', { name: 'Take back' }).click();
  await expect(row).toContainText('taken back by Rui');
});

test('claims of a courier are listed with their verdicts', async ({ page }) => {
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`/exclusions?claims_of=Dragon+Line&from=${day(60)}&to=${day(1)}`);
  await hydrated(page);
  const claims = page.getByRole('table', { name: 'Claims' });
  await expect(claims.getByText(/paused .* customs/).first()).toBeVisible();
  await claims.getByRole('link', { name: 'Accept…' }).first().click();
  await expect(page.getByLabel('Tracking number')).not.toHaveValue('');
});

test('open work leads to the parcels behind each number', async ({ page }) => {
  await page.goto('/open-work');
  await hydrated(page);
  const couriers = page.getByRole('table', { name: 'Open work by courier' });
  const row = couriers.getByRole('row').filter({ hasText: 'Ibérica Express' });
  await row.getByRole('cell').nth(1).getByRole('link').click();
  const parcels = page.getByRole('table', { name: /^Parcels: overdue, with Ibérica Express/ });
  await expect(parcels.getByText('Overdue').first()).toBeVisible();
  await parcels.getByRole('rowheader').first().getByRole('link').click();
  await expect(page.getByText('The contract’s clock').first()).toBeVisible();
});
