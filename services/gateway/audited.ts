import type { Audit, ProblemError } from '@puebla/kit';
import { addressOf, contractField, type KindName, kindOf, type Reader } from '@puebla/schemas';
import type { Accepted } from './accept.ts';
import type { Author, Gateway } from './context.ts';
import type { Entry } from './drafts.ts';

/** Tells the audit of an event that is kept, at AMBER and above, and of every recall; the log itself tells of the others. */
export function tellPublished(audit: Audit, author: Author, { id, kind, handling, recalls }: Accepted): void {
  if (recalls !== undefined) {
    audit.note({ what: 'recalled', ...byAuthor(author), event: recalls.of, kind: recalls.kind });
    return;
  }
  if (handling === undefined) return;
  const { tlp, readers } = handling;
  audit.note({
    what: 'published',
    ...byAuthor(author),
    event: addressOf(author.id, id),
    kind: kind.name,
    tlp,
    ...(readers && { readers }),
  });
}

/**
 * Before an event is published: what is doubtful in it goes out with its author's reason on record, or not at all. Rejects with
 * ProblemError unavailable.
 */
export async function recordConfirmed(
  { audit, publisher }: Pick<Gateway, 'audit' | 'publisher'>,
  author: Author,
  { id, kind, event, confirmed }: Accepted,
): Promise<void> {
  if (confirmed === undefined || publisher.knows(event)) return;
  await audit.write([
    {
      what: 'confirmed',
      ...byAuthor(author),
      event: addressOf(author.id, id),
      kind: kind.name,
      ...confirmed,
    },
  ]);
}

/**
 * Before a second signature or a review is given, or an event is returned or objected to: of the draft nothing is left that says who it was. Never
 * the reason. Rejects with ProblemError unavailable.
 */
export async function recordSigning(
  audit: Audit,
  what: 'signed' | 'returned',
  { agency, person }: Reader & { readonly signedIn: true },
  entry: Pick<Entry, 'agency' | 'id' | 'kind'>,
): Promise<void> {
  const kind = kindOf(entry.kind)?.name;
  const event = addressOf(entry.agency, entry.id);
  await audit.write([{ what, agency, ...(person && { person }), event, ...(kind && { kind }) }]);
}

/** What was refused of one request. */
export interface Refusals {
  add(problem: ProblemError): void;
  /** Tells the audit, in one entry however many events there were; nothing where nothing was refused. */
  tell(): void;
}

/** An upload of any length is one entry. */
const maxFields = 100;

/** Codes and the contract's own names of kinds and fields alone, which come from fixed lists: nothing of what was sent. */
export function createRefusals(audit: Audit, author: Pick<Author, 'id' | 'person'>): Refusals {
  const codes = new Set<string>();
  const kinds = new Set<KindName | undefined>();
  const rules = new Set<string>();
  const fields = new Map<string, { readonly field: string; readonly rule: string }>();
  let count = 0;
  return {
    add(problem) {
      if (!isRefusal(problem)) return;
      count += 1;
      codes.add(problem.code);
      kinds.add(problem.details.kind);
      for (const { rule, pointer } of problem.details.violations ?? []) {
        rules.add(rule);
        const field = contractField(pointer);
        if (fields.size < maxFields) fields.set(`${field} ${rule}`, { field, rule });
      }
    },
    tell() {
      if (count === 0) return;
      const [kind] = kinds.size === 1 ? kinds : [];
      audit.note({
        what: 'refused',
        ...byAuthor(author),
        ...(kind && { kind }),
        codes: [...codes],
        ...(rules.size > 0 && { rules: [...rules], fields: [...fields.values()] }),
        count,
      });
      count = 0;
    },
  };
}

/** Of the rules, not of the moment: whoever is told to come back was not refused. */
function isRefusal({ status }: ProblemError): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

function byAuthor({ id, person }: Pick<Author, 'id' | 'person'>) {
  return { agency: id, ...(person && { person }) };
}
