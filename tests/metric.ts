/** The value of one sample of `/metrics`, named as the exposition writes it, labels included; NaN when there is none. */
export async function metricOf(exchange: { readonly url: string }, sample: string): Promise<number> {
  const text = await (await fetch(`${exchange.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
  return Number(line?.slice(sample.length + 1));
}
