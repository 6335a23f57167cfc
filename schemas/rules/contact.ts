import type { AsSent } from '../as-sent.ts';
import type { Contact } from '../generated.ts';
import { type RuleCode, violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { textRules, urlRules } from './text.ts';

const maxOfficeLength = 300;
/** Only what tells an address from a slip: the address itself proves nothing. */
const emailPattern = /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@]{2,60}$/;

/** `/data/contact`: an office, with addresses that could be some; `emailCode` is the kind's own. */
export function contactRules(contact: AsSent<Contact> | null | undefined, emailCode: RuleCode): Violation[] {
  if (contact === null || contact === undefined) return [];
  const { email } = contact;
  return [
    ...textRules(contact.office, '/data/contact/office', maxOfficeLength),
    ...(typeof email === 'string' && !emailPattern.test(email)
      ? [violation(emailCode, '/data/contact/email')]
      : []),
    ...urlRules(contact.url, '/data/contact/url'),
  ];
}
