/** How far back the feed begins, by the name that stands in the address. */
export const periods = ['1d', '7d', '30d', '365d', 'earliest'] as const;
export type Period = (typeof periods)[number];
export const usualPeriod: Period = '30d';

const dayMs = 86_400_000;

export function periodIn(text: string | null): Period {
  return periods.find((period) => period === text) ?? usualPeriod;
}

/** As the exchange takes it. @param now epoch milliseconds */
export function sinceOf(period: Period, now: number): string {
  if (period === 'earliest') return period;
  return new Date(now - Number.parseInt(period, 10) * dayMs).toISOString();
}
