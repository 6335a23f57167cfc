import { hasDigits } from './digits.ts';
import { doubtful, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';

/** Behind "n.º" or alone; alone it is no year, and not what "a 14 metros" or "de 4 carriles" count. */
const houseNumber = String.raw`(?:(?:,? (?:n[uú]m(?:ero|\.)?|n\.? ?[º°]|no\.?|casa) ?| ?# ?)\d{1,5}|(?<! (?:de|con|a|en|por|hace|los|las|unos|unas|y|tiene|hay|of|with)),? (?!(?:19|20)\d\d(?!\d))\d{1,5})(?:-?[A-Z])?`;
const spanish = String.raw`(?:calle|avenida|avda?\.?|av\.?|bulevar|boulevard|blvd\.?|calzada|pasaje|callej[oó]n|privada|prolongaci[oó]n|andador|jir[oó]n|jr\.|carrera)`;

/** A street and the number of a house; a street or a road alone is a place where many are. */
const forms: readonly RegExp[] = [
  // Calle 5 de Mayo n.º 120, Av. Insurgentes Norte 14
  new RegExp(
    String.raw`(?<!\p{L})${spanish}(?: (?:\d{1,3}(?=[ ]de )|[\p{L}.'’]+)){1,6}?${houseNumber}(?![\p{L}\d]|[.,:/-]\d| (?:personas|de |horas|d[ií]as|veces|casos|metros|km|%))`,
    'giu',
  ),
  // Guatemala: 5a avenida 12-34, zona 1
  /(?<![\p{L}\d])\d{1,2}(?:a|ª|\.ª|ra|da|ta|va)?\.? (?:calle|avenida|av\.)(?: "?[A-Z]"?)? \d{1,3}-\d{1,3}(?:,? zona \d{1,2})?(?![\p{L}\d])/giu,
  // Colonia, block and house, where streets have no number
  /(?<!\p{L})(?:colonia|col\.|barrio|residencial|lotificaci[oó]n|aldea)(?: [\p{L}.'’]+){1,5},? (?:(?:block|bloque|manzana|mz\.?|pol[ií]gono|calle|sector) [\p{L}\d]{1,3},? ){0,3}(?:casa|lote|lt\.?|apto\.?|apartamento) ?(?:n\.? ?[º°]|n[uú]m\.?|no\.?|#)? ?\d{1,4}(?:-?[A-Z])?(?![\p{L}\d])/giu,
  // 1420 East Palm Avenue
  /(?<![\p{L}\d.,/-])\d{1,5}(?: (?:N|S|E|W|NE|NW|SE|SW)\.?)?(?: (?:\d{1,3}(?:st|nd|rd|th)|\p{Lu}[\p{L}.'’]*)){1,4} (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Terrace|Way|Circle|Trail)(?![\p{L}])/gu,
];

/** Street addresses. */
export function findAddresses(text: string): TextFinding[] {
  if (!hasDigits(text, 1)) return [];
  return forms.flatMap((form) =>
    matchesOf(form, text).map(({ 0: written, index }) => doubtful('address', index, written.length)),
  );
}
