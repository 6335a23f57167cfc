import { stripVTControlCharacters } from 'node:util';

/**
 * Text of others as one line that is safe on a terminal: an event's headline must not move the cursor, change the
 * title of the window, or hide a line by control characters or by turning the direction of writing.
 */
export function plainText(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replace(/\s+/gu, ' ')
      // Control, format (directions, zero width), surrogate and private characters.
      .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '')
      .trim()
  );
}

/** Values that would be accepted, as far as a line has room for them. */
export function someOf(values: readonly string[], most = 12): string {
  return values.length > most ? `${values.slice(0, most).join(', ')}, ...` : values.join(', ');
}
