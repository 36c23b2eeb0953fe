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

test('what was typed wrong comes back with what is wrong, and what is right is shown before it is saved', async ({ page }) => {
  await page.goto('/contracts/rapida');
  await hydrated(page);
  const text = page.getByLabel('Text', { exact: true });
  const right = await text.inputValue();
  await text.fill(right.replace('2 working days', 'soon'));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('is not a deadline');
  await expect(text).toHaveValue(/deadline = "soon/);
  await text.fill(right.replace('2 working days', '1 working day'));
  await page.getByRole('button', { name: /past/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'another verdict' })).toBeVisible();
  await expect(page.getByRole('table', { name: /^Legs whose deadline/ })).toContainText('On time, contract');
  await page.goto('/contracts/rapida');
  await expect(text).toHaveValue(right);
});

test('a corridor has a page', async ({ page }) => {
  await page.goto('/couriers/Dragon%20Line');
  await hydrated(page);
  await page.getByRole('link', { name: 'CN → ES' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'CN → ES' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'On the way' })).toContainText('Customs');
});

test('a contract is filled in, a fault stands beside its field, and another version is added', async ({ page }, { project }) => {
  const name = `sul-${project.name}`;
  await page.goto('/contracts');
  await hydrated(page);
  await page.getByRole('link', { name: 'Fill in the form' }).click();
  await page.getByLabel('Name of the contract').fill(name);
  await page.getByLabel('Courier, as events name it').fill(`Sul ${project.name}`);
  await page.getByLabel('From', { exact: true }).fill('2026-01-01');
  await page.getByLabel('How many').fill('2');
  await page.getByLabel('By, at the destination').fill('late');
  await page.getByLabel('with customs').check();
  await page.getByLabel('Target 1').selectOption('on_time_contract');
  await page.getByLabel('Goal 1').fill('95 %');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('.wrong')).toHaveText('"late" is not a time of day: write 18:00');
  await expect(page.getByLabel('with customs')).toBeChecked();
  await page.getByLabel('By, at the destination').fill('18:00');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(new RegExp(`/contracts/${name}$`));
  await expect(page.getByText('2 working days by 18:00').first()).toBeVisible();
  await hydrated(page);

  await page.getByRole('link', { name: 'Add a version' }).click();
  await expect(page.getByLabel('with customs')).toBeChecked();
  await page.getByLabel('From', { exact: true }).fill('2026-07-01');
  await page.getByLabel('How many').fill('1');
  await page.getByRole('button', { name: /past/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'No verdict changes' })).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(new RegExp(`/contracts/${name}$`));
  await expect(page.getByText('1 working day by 18:00').first()).toBeVisible();
  await expect(page.getByText('2 working days by 18:00').first()).toBeVisible();
});
