// Every page arrives whole from the server and is then taken over by the browser, in silence.
import { expect, test } from './fixtures';
import { hydrated, numbersOnPage } from './pages';

for (const [path, title] of [
  ['/', 'Overview'],
  ['/couriers', 'Couriers'],
  ['/parcels', 'Parcels'],
  ['/feeds', 'Feeds'],
  ['/open-work', 'Open work'],
  ['/contracts', 'Contracts'],
  ['/exclusions', 'Exclusions'],
  ['/calendars', 'Calendars'],
]) {
  test(`${title} renders and is taken over`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(page).toHaveTitle(`${title} · Courierscope`);
    await hydrated(page);
  });

  test(`${title} fits the screen`, async ({ page }) => {
    await page.goto(path);
    await hydrated(page);
    const { content, screen } = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
    }));
    expect(content).toBeLessThanOrEqual(screen);
  });
}

test('the rail leads from page to page without loading the document again', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  for (const title of ['Couriers', 'Parcels', 'Feeds', 'Contracts', 'Calendars', 'Overview']) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  }
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('every figure says how it is counted', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  const card = page.locator('.card').first();
  await card.getByText('How is this counted?').click();
  await expect(card.getByText('A parcel counts on the local day of its deadline')).toBeVisible();
});

test('the trend has its table', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  await page.getByText('As a table').click();
  await expect(page.getByRole('columnheader', { name: 'Cohort day' })).toBeVisible();
  await expect(page.locator('.data tbody tr')).toHaveCount(28);
});

test('everything on the way to the filters can be reached by keyboard @desktop', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  for (let presses = 0; presses < 12; presses += 1) await page.keyboard.press('Tab');
  await expect(page.getByLabel('Courier', { exact: true })).toBeFocused();
});

test.describe('in the dark', () => {
  test.use({ colorScheme: 'dark' });

  test('paper is dark and ink is light', async ({ page }) => {
    await page.goto('/');
    await hydrated(page);
    const [paper, ink] = await page.evaluate(() => {
      const brightness = (colour: string) => Number(colour.match(/\d+/)?.[0]);
      const style = getComputedStyle(document.body);
      return [brightness(style.backgroundColor), brightness(style.color)];
    });
    expect(paper).toBeLessThan(64);
    expect(ink).toBeGreaterThan(192);
  });
});

test.describe('an address that leads nowhere', () => {
  test.use({ expectedNoise: [/status of 404/] });

  test('says so, with status 404', async ({ page }) => {
    const answer = await page.goto('/nowhere');
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible();
  });

  test('an unknown parcel has status 404', async ({ page }) => {
    const answer = await page.goto('/parcels/NO-SUCH-NUMBER');
    expect(answer?.status()).toBe(404);
    await expect(page.getByText('There is no parcel with the number “NO-SUCH-NUMBER”')).toBeVisible();
  });
});

test('a parcel tells its verdict, where its time went and what happened', async ({ page }) => {
  await page.goto('/parcels?class=late');
  await hydrated(page);
  const [number] = await numbersOnPage(page);
  await page.getByRole('link', { name: number, exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: number })).toBeVisible();
  await expect(page.locator('.headline .mark').first()).toContainText('late');
  await expect(page.getByRole('heading', { name: 'Where the time went' }).first()).toBeVisible();
  await expect(page.locator('.timeline tbody tr').first()).toBeVisible();

  await page.reload();
  await hydrated(page);
  await expect(page.getByRole('heading', { level: 1, name: number })).toBeVisible();
});
