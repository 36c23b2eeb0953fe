// A manager writes down what a courier has signed.
import { expect, test } from './fixtures';
import { hydrated } from './pages';

test('a contract is written and shown with what it says', async ({ page }, { project }) => {
  const name = `norte-${project.name}`;
  await page.goto('/contracts');
  await hydrated(page);
  await page.getByLabel('Name, as in the text').fill(name);
  const text = (await page.getByLabel('Text', { exact: true }).inputValue()).replace('rapida-24h', name).replace('Rápida', `Norte ${project.name}`);
  await page.getByLabel('Text', { exact: true }).fill(text);
  await page.getByLabel('Why').fill('Signed in December');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(new RegExp(`/contracts/${name}$`));
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('1 working day by 20:00').first()).toBeVisible();
  await expect(page.getByText('Signed in December')).toBeVisible();
  await page.goto('/contracts');
  await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
});
