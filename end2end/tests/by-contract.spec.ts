// A manager sees what couriers owe by contract, and what became of it.
import { expect, test } from './fixtures';
import { hydrated } from './pages';

test('a courier page shows its contracts, their targets and who took the time', async ({ page }) => {
  await page.goto('/couriers/Ib%C3%A9rica%20Express');
  await hydrated(page);
  const contracts = page.getByRole('table', { name: 'Legs by contract' });
  await expect(contracts.getByRole('link', { name: 'iberica-express', exact: true })).toBeVisible();
  const targets = page.getByRole('table', { name: 'Targets' });
  await expect(targets.getByText('93 % a month').first()).toBeVisible();
  await expect(targets.getByText(/kept|missed/).first()).toBeVisible();
  await expect(targets.getByText(/on course|off course/).first()).toBeVisible();
  const lateness = page.getByRole('table', { name: 'Lateness by party' });
  await expect(lateness.getByRole('rowheader', { name: 'courier' })).toBeVisible();
  await expect(lateness.getByRole('rowheader', { name: 'Total' })).toBeVisible();
});

test('every figure has a definition on a page of its own', async ({ page }) => {
  await page.goto('/definitions');
  await hydrated(page);
  const table = page.getByRole('table', { name: 'Definitions' });
  await expect(table.getByText('on_time_contract', { exact: true })).toBeVisible();
  await expect(table.getByText('On time ÷ (early + on time + late), per leg', { exact: true })).toBeVisible();
});
