import { startBrowser } from '../../console/browser.ts';
import { filterChanges, openMany } from '../../console/many.ts';
import { type Result, resultOf } from '../report.ts';
import { quantile } from '../target.ts';
import { followLong, type Sample } from './follow.ts';

/** A program of its own: what drives a browser knows the browser's types, the other parts do not. Prints its results as JSON. */

const changes = 9;
/** The page has drawn its first screens, and its code is compiled. */
const settledAfter = 2;

const [url = '', seconds = ''] = process.argv.slice(2);
const token = process.env['PUEBLA_TOKEN'] ?? '';
const browser = await startBrowser();
try {
  const results = await measureFilter();
  const samples = await followLong(browser, { url, token, seconds: Number(seconds) });
  results.push(...resultsOf(samples));
  console.log(JSON.stringify(results));
} finally {
  await browser.close();
}

async function measureFilter(): Promise<Result[]> {
  console.error(`page: a filter change, ${changes} times`);
  const window = await openMany(browser, url);
  const times = await filterChanges(window, changes);
  await window.close();
  return [
    resultOf(
      'page.filter',
      'ms',
      times.map(({ ms }) => ms),
    ),
    resultOf(
      'page.filter.cpu',
      'ms',
      times.map(({ workMs }) => workMs),
    ),
  ];
}

function resultsOf(samples: readonly Sample[]): Result[] {
  const settled = samples.slice(Math.min(settledAfter, samples.length - 1));
  const delays = samples.flatMap((sample) => sample.delays);
  return [
    ...(['heap', 'rss'] as const).map((name) => grown(`page.${name}.growth`, settled, name)),
    resultOf(
      'page.nodes',
      'nodes',
      samples.map(({ nodes }) => nodes),
    ),
    resultOf('page.latency.p50', 'ms', [quantile(delays, 0.5)]),
    resultOf('page.latency.p99', 'ms', [quantile(delays, 0.99)]),
    resultOf(
      'page.frame',
      'ms',
      samples.map(({ frameMs }) => frameMs),
    ),
  ];
}

/** By how many MB the last third has more than the first, and the lowest and the highest there were beside the first third. */
function grown(name: string, samples: readonly Sample[], what: 'heap' | 'rss'): Result {
  const figures = samples.map((sample) => sample[what]);
  const third = Math.max(1, Math.floor(figures.length / 3));
  const before = quantile(figures.slice(0, third), 0.5);
  const value = quantile(figures.slice(-third), 0.5) - before;
  return { name, value, unit: 'MB', spread: [Math.min(...figures) - before, Math.max(...figures) - before] };
}
