import { certain, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';

/** Also with the sign written out, as people do to hide from machines: ana (at) example.org, ana [arroba] example.org. */
const sign = /@|\s?[([]\s?(?:at|arroba)\s?[)\]]\s?/giu;
const localEnd = /[\p{L}\p{N}][\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{0,63}$/u;
const domainStart = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}/u;

/** RFC 5321: the longest local part and the longest domain. */
const maxLocal = 64;
const maxDomain = 255;

/** E-mail addresses. */
export function findEmails(text: string): TextFinding[] {
  const found: TextFinding[] = [];
  for (const { 0: at, index } of matchesOf(sign, text)) {
    const local = localEnd.exec(text.slice(Math.max(0, index - maxLocal), index));
    if (local === null) continue;
    const end = index + at.length;
    const domain = domainStart.exec(text.slice(end, end + maxDomain));
    if (domain === null) continue;
    const start = index - local[0].length;
    found.push(certain('email', start, end + domain[0].length - start));
  }
  return found;
}
