import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Window } from './browser.ts';

/** What somebody does who has no mouse. */

const mostPresses = 200;

/** Goes on by Tab until this has the focus, and shows that it has. */
export async function tabTo({ page }: Window, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let presses = 0; presses < mostPresses; presses++) {
    await page.keyboard.press('Tab');
    const focused = await wanted.evaluate((element) =>
      element === document.activeElement ? getComputedStyle(element).outlineStyle : undefined,
    );
    if (focused === undefined) continue;
    expect(focused).not.toBe('none');
    return;
  }
  throw new Error(`no way to it by Tab: ${wanted}`);
}

export async function enterAt(window: Window, wanted: Locator): Promise<void> {
  await tabTo(window, wanted);
  await window.page.keyboard.press('Enter');
}

export async function typeAt(window: Window, wanted: Locator, text: string): Promise<void> {
  await tabTo(window, wanted);
  await window.page.keyboard.type(text);
}

/** Goes down a list until this is chosen. */
export async function chooseAt(window: Window, wanted: Locator, value: string): Promise<void> {
  await tabTo(window, wanted);
  const options = await wanted.locator('option').count();
  for (let presses = 0; presses < options; presses++) {
    if ((await wanted.inputValue()) === value) return;
    await window.page.keyboard.press('ArrowDown');
  }
  expect(await wanted.inputValue()).toBe(value);
}

/** By the console's link and on the issuer's page. @param who `<agency>/<person>` */
export async function signInByKeyboard(window: Window, who: string): Promise<void> {
  const { page } = window;
  await enterAt(window, page.locator('header a[href^="/console/sign-in"]'));
  await typeAt(window, page.locator('#who'), who);
  expect(await page.locator('#who').inputValue()).toBe(who);
  await enterAt(window, page.locator('button[value="sign-in"]'));
  await page.locator('header details.who').waitFor();
}

/** It was told to whoever does not see the page. */
export function said({ page }: Window, text: string): Promise<void> {
  return page.locator('[aria-live="polite"]', { hasText: text }).waitFor({ state: 'attached' });
}
