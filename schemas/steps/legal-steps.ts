/**
 * For tests: every legal step, written down from the rules in words and not from the machines' tables, as `<from> <side> <to>`.
 */
export const legalSteps = {
  repatriation: [
    'null SENDING PROPOSED',
    // The receiving party answers, and only it confirms.
    'PROPOSED RECEIVING ACKNOWLEDGED',
    'PROPOSED RECEIVING REFUSED',
    'ACKNOWLEDGED RECEIVING CONFIRMED',
    'ACKNOWLEDGED RECEIVING REFUSED',
    // The sending party carries people, the receiving party says that they came and how they are.
    'CONFIRMED SENDING IN_TRANSIT',
    'IN_TRANSIT RECEIVING RECEIVED',
    'RECEIVED RECEIVING FOLLOW_UP',
    'FOLLOW_UP RECEIVING FOLLOW_UP',
    // Until people have come, the sending party can stop at any time, and the receiving party once it has taken notice.
    'PROPOSED SENDING SUSPENDED',
    'ACKNOWLEDGED SENDING SUSPENDED',
    'CONFIRMED SENDING SUSPENDED',
    'IN_TRANSIT SENDING SUSPENDED',
    'ACKNOWLEDGED RECEIVING SUSPENDED',
    'CONFIRMED RECEIVING SUSPENDED',
    'IN_TRANSIT RECEIVING SUSPENDED',
    // What was stopped is proposed again, or refused for good.
    'SUSPENDED SENDING PROPOSED',
    'SUSPENDED RECEIVING REFUSED',
  ],
  referral: [
    'null REFERRER REFERRED',
    'REFERRED ADDRESSEE ACCEPTED',
    'REFERRED ADDRESSEE DECLINED',
    'REFERRED REFERRER CLOSED',
    'ACCEPTED ADDRESSEE CLOSED',
    'ACCEPTED REFERRER CLOSED',
  ],
} as const satisfies Record<string, readonly string[]>;
