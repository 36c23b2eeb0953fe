// What several tests do with a page.
import { expect, type Page } from '@playwright/test';

/** Waits until the browser has taken the page over: only then does it follow changes. */
export async function hydrated(page: Page) {
  await expect(page.getByText('live ●')).toBeVisible();
}

/** The tracking numbers in the table of parcels. */
export async function numbersOnPage(page: Page): Promise<string[]> {
  const numbers = page.locator('table tbody th a');
  await expect(numbers.first()).toBeVisible();
  return numbers.allInnerTexts();
}

/** The figure of a card, such as "94.1 %". */
export function figure(page: Page, title: string) {
  return page.locator('.card', { has: page.getByRole('heading', { name: title }) }).locator('strong');
}
