// A courier's file that nobody has described goes from the disk to a KPI.
import { expect, test } from './fixtures';
import { hydrated } from './pages';

const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toLocaleDateString('es-ES', {
  day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC',
});

// Forty parcels that are picked up, promised for the next day and delivered then; one code is the courier's own.
const scans = (courier: string) => {
  const rows = Array.from({ length: 40 }, (_, n) => {
    const [from, to] = [day(6 + (n % 3)), day(5 + (n % 3))];
    const number = `${courier}${n}`;
    return [
      `${number};${from};18:10;Recogido;MAD1;${to}`,
      `${number};${to};09:05;XQ9;MAD7;${to}`,
      `${number};${to};11:40;Entregado;MAD7;${to}`,
    ].join('\n');
  });
  return `Expedición;Fecha;Hora;Estado;Delegación;Fecha compromiso\n${rows.join('\n')}\n`;
};

test('a file without a definition becomes a feed with KPIs', async ({ page, request }, { project }) => {
  const courier = `Velozia${project.name}`;
  await page.goto('/feeds');
  await page.getByRole('link', { name: 'Add a feed from a file' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Add a feed' })).toBeVisible();
  await page.getByLabel(/A file that a courier gave you/).setInputFiles({
    name: `${courier.toLowerCase()}.csv`, mimeType: 'text/csv', buffer: Buffer.from(scans(courier.toUpperCase())),
  });
  await page.getByRole('button', { name: 'Look at it' }).click();

  await expect(page.getByText('The first rows')).toBeVisible();
  await hydrated(page);
  await expect(page.getByText('codes without a meaning')).toBeVisible();
  await expect(page.getByLabel('Fields are separated by')).toHaveValue(';');
  await page.getByLabel('XQ9').selectOption('out_for_delivery');
  await page.getByLabel("Courier's name, where no column says it").fill(courier);
  await page.getByRole('button', { name: 'Read it again' }).click();
  await expect(page.locator('.preview').getByText('Out for delivery').first()).toBeVisible();
  await expect(page.getByText('codes without a meaning')).toHaveCount(0);

  await page.getByRole('button', { name: 'Save and import' }).click();
  await expect(page.getByText('The file is imported')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('120 rows, 120 events, 0 rejected')).toBeVisible();
  // A new feed is shown and not counted until somebody who has looked at it says so.
  await expect(page.getByRole('link', { name: 'Its KPIs on the overview' })).toHaveCount(0);
  const file = page.url();
  await page.getByRole('button', { name: 'Switch on, and count it' }).click();
  await page.waitForURL(new RegExp(`/feeds/${courier.toLowerCase()}`));
  await expect(page.getByText('On probation')).toHaveCount(0);
  const volume = async () => {
    const answer = await request.get(`/api/v1/kpis?courier=${courier}`);
    return (await answer.json()).rows[0]?.kpis.volume;
  };
  await expect.poll(volume, { timeout: 20_000 }).toBe(40);
  await page.goto(file);
  await page.getByRole('link', { name: 'Its KPIs on the overview' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(page.locator('.card').first()).toContainText('40');
});
