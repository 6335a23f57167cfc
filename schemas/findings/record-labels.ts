/** Words before the number of a file, a law, a flight: such a number is nobody's. */
const recordLabel =
  /(?<!\p{L})(?:expedientes?|exp|casos?|folios?|oficios?|carpeta|causa|averiguaci[oó]n|ley|leyes|decreto|acuerdo|resoluci[oó]n|sentencia|art[ií]culos?|vuelos?|placas?|boletos?|gu[ií]a|remisi[oó]n|ref|referencia|radicado|lote|serie|factura|isbn|issn|doi|case|cases|files?|dockets?|tickets?|law|act|resolution|article|section|flights?|plates?|reference|decision|invoice|batch|serial|tracking|version)(?:\s+(?:n[uú]mero|number|de|of|la|el|the|investigaci[oó]n|judicial|penal)){0,3}[\s:#(]*(?:n\.? ?[º°o]\.?|n[uú]m\.?|nos?\.?)?[\s:#(]*(?:\S{1,20}[-/])?$/iu;

const maxLabel = 48;

/** Whether the number at `start` is, by the words before it, that of a file or a law. */
export function afterRecordLabel(text: string, start: number): boolean {
  return recordLabel.test(text.slice(Math.max(0, start - maxLabel), start));
}
