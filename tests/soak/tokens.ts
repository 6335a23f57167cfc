const goodForMs = 10 * 60_000;

/** Mints a token of an agency, or of a person of it. */
export type Mint = (agency: string, person?: string) => Promise<string>;

/** Headers of a request by an agency, each token used for ten minutes; none for who is not signed in. */
export function signedAs(mint: Mint, agency: string | undefined, person?: string) {
  let token = { value: '', until: 0 };
  return async (): Promise<Record<string, string>> => {
    if (agency === undefined) return {};
    if (token.until < performance.now())
      token = { value: await mint(agency, person), until: performance.now() + goodForMs };
    return { Authorization: `Bearer ${token.value}` };
  };
}
