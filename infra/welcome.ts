/** What a person needs to know when the exchange has started, ready or not yet. */
export function welcome(url: string, isReady: boolean): string {
  return `
Puebla is ${isReady ? 'ready' : 'not ready yet'} at ${url}

  see it at work       npm run demo
  get a token          npx puebla token mx-fgr
  publish an alert     npx puebla publish schemas/kinds/alert/example.json --as mx-fgr
  import real data     npx puebla import incidents tests/data/incidents.csv
  follow a feed        npx puebla tail --region CA4

Ctrl-C stops it; what was published is kept.
`;
}

/** Whether a start has come so far, by what it has written. */
export function hasStarted(output: string): boolean {
  return /Puebla is (not )?ready/.test(output);
}
