const goodForMs = 10 * 60_000;

/** Mints a token of an agency, or of a person of it, `<agency>/<person>`. */
export type Mint = (who: string) => Promise<string>;

/** Headers of a request by an agency, each token used for ten minutes; none for who is not signed in. */
export function signedAs(mint: Mint, agency: string | undefined, person?: string) {
  let token = { value: '', until: 0 };
  const who = person === undefined ? agency : `${agency}/${person}`;
  return async (): Promise<Record<string, string>> => {
    if (who === undefined) return {};
    if (token.until < performance.now())
      token = { value: await mint(who), until: performance.now() + goodForMs };
    return { Authorization: `Bearer ${token.value}` };
  };
}
