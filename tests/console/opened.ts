import { afterAll } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { type Console, startBrowser } from './browser.ts';

/** An exchange and a browser until the tests of the file have run. */
export async function openConsole(
  options: Parameters<typeof startTestExchange>[0] = {},
): Promise<{ readonly exchange: TestExchange; readonly browser: Console }> {
  const [exchange, browser] = await Promise.all([startTestExchange(options), startBrowser()]);
  afterAll(() => Promise.all([browser.close(), exchange.close()]));
  return { exchange, browser };
}
