// What the demo network tells shows on the pages that `courierscope demo --stories` names.
import { expect, test } from './fixtures';
import { hydrated } from './pages';

const DAY = 86_400_000;

test('a feed that has been silent for two days stands out by when it was last received', async ({ page }) => {
  await page.goto('/feeds');
  await hydrated(page);
  const silentFor = async (feed: string) => {
    const received = page.getByRole('row', { name: feed }).getByRole('cell').first();
    return Date.now() - Date.parse(await received.innerText());
  };
  expect(await silentFor('nordpost-porto')).toBeGreaterThan(2 * DAY);
  expect(await silentFor('brabant-koerier')).toBeLessThan(DAY);
});

test('a courier that invents attempts has hardly another reason than absent consignees', async ({ page }) => {
  await page.goto('/couriers/Levante%20Env%C3%ADos');
  await hydrated(page);
  const first = page.getByRole('row', { name: 'Consignee absent' }).first();
  await expect(first).toBeVisible();
  const share = Number((await first.getByRole('cell').last().innerText()).replace(/[^\d.]/g, ''));
  expect(share).toBeGreaterThan(60);
});
