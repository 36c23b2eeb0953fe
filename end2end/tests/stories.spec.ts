// What the demo network tells, on the pages that its table of stories names.
import { expect, test } from './fixtures';
import { hydrated } from './pages';

test('a feed that has been silent for two days stands out by when it was last received', async ({ page }) => {
  await page.goto('/feeds');
  await hydrated(page);
  const received = async (feed: string) =>
    Date.parse(`${await page.locator('tr', { hasText: feed }).locator('time, td').first().innerText()}Z`.replace(' UTC', ''));
  expect(Date.now() - (await received('nordpost-porto'))).toBeGreaterThan(2 * 86_400_000);
  expect(Date.now() - (await received('rapida'))).toBeLessThan(86_400_000);
});
