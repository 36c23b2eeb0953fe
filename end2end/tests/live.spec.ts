// What a feed sends is on every open page within a second.
import type { APIRequestContext } from '@playwright/test';
import { expect, test } from './fixtures';
import { figure, hydrated } from './pages';

let sent = 0;

/** Sends one accepted parcel of a courier, promised for tomorrow; returns its number. */
async function send(request: APIRequestContext, courier: string): Promise<string> {
  sent += 1;
  const number = `LIVE-${Date.now()}-${sent}`;
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const event = {
    courier,
    tracking_number: number,
    event: 'accepted',
    time: at(-1),
    promise: { at: at(24) },
  };
  const answer = await request.post('/api/v1/feeds/canonical/events', {
    headers: { 'Content-Type': 'application/x-ndjson' },
    data: `${JSON.stringify(event)}\n`,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return number;
}

test('a batch appears within a second, without a reload', async ({ page, request }) => {
  await page.goto('/?courier=R%C3%A1pida&period=7');
  await hydrated(page);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  const before = await figure(page, 'Accepted parcels').innerText();
  await send(request, 'Rápida');
  await expect(figure(page, 'Accepted parcels')).not.toHaveText(before, { timeout: 1_000 });
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('what stands open stays open while figures change', async ({ page, request }) => {
  await page.goto('/?courier=R%C3%A1pida&period=7');
  await hydrated(page);
  const card = page.locator('.card').first();
  await card.getByText('How is this counted?').click();
  const before = await figure(page, 'Accepted parcels').innerText();
  await send(request, 'Rápida');
  await expect(figure(page, 'Accepted parcels')).not.toHaveText(before, { timeout: 1_000 });
  await expect(card.getByText('A parcel counts on the local day of its deadline')).toBeVisible();
});

test('an event appears on the open page of its parcel', async ({ page, request }) => {
  const number = await send(request, 'Rápida');
  // What was taken is safe at once, and in the figures a moment later.
  await expect.poll(async () => (await request.get(`/api/v1/parcels/${number}`)).status()).toBe(200);
  await page.goto(`/parcels/${number}`);
  await hydrated(page);
  const events = page.locator('.timeline tbody tr');
  await expect(events).toHaveCount(1);
  const answer = await request.post('/api/v1/feeds/canonical/events', {
    headers: { 'Content-Type': 'application/x-ndjson' },
    data: JSON.stringify({ courier: 'Rápida', tracking_number: number, event: 'out_for_delivery', time: new Date().toISOString() }),
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  await expect(events).toHaveCount(2, { timeout: 1_000 });
});

test.describe('when the server is out of reach', () => {
  test.use({ expectedNoise: [/ERR_INTERNET_DISCONNECTED/] });

  test('the page says that it is not connected, and connects again by itself', async ({ page }) => {
    let isDown = true;
    await page.route('**/api/v1/changes', (route) => (isDown ? route.abort('internetdisconnected') : route.continue()));
    await page.goto('/');
    await expect(page.getByText('not connected ○')).toBeVisible();
    isDown = false;
    await hydrated(page);
  });
});
