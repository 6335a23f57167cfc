/**
 * The text with the many spaces, hyphens and digits of Unicode made those of ASCII. Every character stays one UTF-16 unit, so that a
 * span of the result is a span of the text.
 */
export function plainText(text: string): string {
  // Most texts hold none of them.
  if (!/[\u00a0\u2000-\u200a\u202f\u205f\u3000\u2010-\u2015\u2212\uff0b\uff0d\uff10-\uff19\uff20]/.test(text))
    return text;
  return text
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/[\u2010-\u2015\u2212\uff0d]/g, '-')
    .replace(/[\uff0b\uff10-\uff19\uff20]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}
