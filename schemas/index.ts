/** The contract: what travels, who may say it, who may read it. Pure code and data. */
export { addressOf, idPattern } from './address.ts';
export { type Agency, type AgencyId, agencies, agencyOf, defaultAgencyOf, statusOf } from './agencies.ts';
export { catalogue, kindOf, kindOfTopic, readerTypeFor } from './catalogue.ts';
export { countryCodes, type Tlp, tlpMarkings, tlpOf } from './code-lists.ts';
export type { EventHead } from './event-head.ts';
export type { Facets } from './facets.ts';
export {
  type Filter,
  type FilteredEvent,
  filterKey,
  filterParameters,
  formatFilter,
  matches,
  type ParsedFilter,
  parseFilter,
} from './filter.ts';
export type { Certainty, Finding, FindingCode, TextFinding } from './findings/finding.ts';
export { personalDataIn } from './findings/findings.ts';
export { findInText } from './findings/text-findings.ts';
export type * from './generated.ts';
export { anonymous, canPublish, canRead, type HandledEvent, type Reader, readerOf } from './handling.ts';
export type { Kind, KindName, RuleContext } from './kind.ts';
export {
  laneCount,
  type Participant,
  type ParticipantCode,
  participantOf,
  participants,
  type Region,
  regions,
  type Status,
} from './participants.ts';
export { type RuleCode, ruleCodes } from './rule-codes.ts';
export { parseInstant } from './time.ts';
export { type IncomingEvent, type Validation, type ValidEvent, validateEvent } from './validate.ts';
export type { Violation } from './violation.ts';
