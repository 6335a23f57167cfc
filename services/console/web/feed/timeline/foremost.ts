/** What the exchange is for: never lost among others, however rare it is. In this order they stand first. */
export const foremost = ['TRAFFICKING', 'SMUGGLING'] as const;

export function isForemost(category: string | null): boolean {
  return foremost.some((one) => one === category);
}
