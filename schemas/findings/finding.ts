/** What was found: codes are an interface, added and never renamed. */
export type FindingCode =
  | 'email'
  | 'phone'
  | 'identifier'
  | 'machine-readable-zone'
  | 'document-number'
  | 'birth-date'
  | 'name'
  | 'address';

/** CERTAIN is refused; DOUBTFUL is asked about (rules.md, What may not be said). */
export type Certainty = 'CERTAIN' | 'DOUBTFUL';

/** A place in a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** Something in one text that may say who somebody is. It never holds the text itself. */
export interface TextFinding extends Span {
  readonly finding: FindingCode;
  readonly certainty: Certainty;
}

/** The same within an event: `pointer` is RFC 6901, into the CloudEvent (`/data/information/0/description`). */
export interface Finding extends TextFinding {
  readonly pointer: string;
}

/** A finder of one thing: where it is, in a text of `plainText`. */
export type Finder = (text: string) => TextFinding[];

export function certain(finding: FindingCode, start: number, length: number): TextFinding {
  return { finding, certainty: 'CERTAIN', start, length };
}

export function doubtful(finding: FindingCode, start: number, length: number): TextFinding {
  return { finding, certainty: 'DOUBTFUL', start, length };
}
