/** The contract: what travels, who may say it, who may read it. Pure code and data. */
export {
  type Acknowledged,
  type AskingEvent,
  acknowledgedOf,
  askedToAcknowledge,
} from './acknowledged.ts';
export { addressOf, addressOfName, idPattern } from './address.ts';
export {
  type Agency,
  type AgencyId,
  agencies,
  agencyOf,
  defaultAgencyOf,
  participantOfAgency,
} from './agencies.ts';
export { type Asked, askedOf } from './asked.ts';
export {
  type AuditEntry,
  type AuditedAct,
  type AuditScope,
  auditedActs,
  auditScope,
  isAudited,
  mustBeAudited,
  readAuditEntry,
} from './audit.ts';
export { type AuditQuery, auditParameters, type ParsedAuditQuery, parseAuditQuery } from './audit-query.ts';
export { catalogue, kindOf, kindOfTopic, kinds, readerTypeFor, threadKindOf } from './catalogue.ts';
export {
  countryCodes,
  type Danger,
  subdivisionName,
  type Tlp,
  timeZones,
  tlpMarkings,
  tlpOf,
  useCodes,
} from './code-lists.ts';
export { contractField } from './contract-field.ts';
export { crossingPointOf } from './crossing-points.ts';
export { demonstrationRegister } from './demonstration.ts';
export {
  type ActiveAgency,
  type Directory,
  directoryAt,
  hasEnded,
  isActive,
  type Office,
  offices,
  type PersonId,
  type Register,
  type Role,
  roles,
  type Term,
} from './directory.ts';
export { type ParsedDueQuery, parseDueQuery } from './due-query.ts';
export type { EventHead } from './event-head.ts';
export { type Facets, noFacets } from './facets.ts';
export {
  type Filter,
  type FilteredEvent,
  filterKey,
  filterParameters,
  formatFilter,
  gravestFrom,
  matches,
  type ParsedFilter,
  parseFilter,
} from './filter.ts';
export { subjectRules } from './findings/content-rules.ts';
export type { Certainty, Finding, FindingCode, TextFinding } from './findings/finding.ts';
export { personalDataIn } from './findings/findings.ts';
export { findInText } from './findings/text-findings.ts';
export {
  type Freshness,
  freshnessOf,
  type Heard,
  habitDays,
  type Verdict,
} from './freshness.ts';
export type * from './generated.ts';
export {
  anonymous,
  canPublish,
  canRead,
  type HandledEvent,
  handlingOf,
  isFor,
  isOwner,
  notPublisher,
  ownsEvent,
  type Permission,
  type Reader,
  readerOf,
  readersOf,
  reviewStands,
  sentAmongOthers,
  signerMissing,
} from './handling.ts';
export {
  type Answered,
  isThreadKind,
  type Kind,
  type KindName,
  type Reference,
  type RuleContext,
  type ThreadKind,
} from './kind.ts';
export { referralMachine } from './kinds/referral/machine.ts';
export { repatriationMachine } from './kinds/repatriation/machine.ts';
export { suppress } from './kinds/statistic/suppress/suppress.ts';
export { type LabelSet, labelSets, type MetricKey, metricEntries, metricList } from './metrics.ts';
export { watchesExchange } from './operators.ts';
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
export { type Marking, type Preview, previewOf } from './preview.ts';
export {
  type AskedStatement,
  askedToState,
  isAskedToState,
  missingStatements,
  type RecallStatus,
  recallStatus,
  type Statement,
  statements,
} from './recall-status.ts';
export {
  type Collection,
  collections,
  type Entry,
  emptyRegister,
  entriesOf,
  keyOf,
  withEntries,
} from './register.ts';
export { type Actor, type Change, changeOf, usualMostRows } from './register-change.ts';
export { readRow } from './register-row.ts';
export { type RuleCode, ruleCodes, ruleText, ruleTexts } from './rule-codes.ts';
export { lapsed } from './rules/ackby.ts';
export { mayReadUnsigned, maySign, type Unsigned } from './signature.ts';
export {
  type ParsedStatisticsQuery,
  parseStatisticsQuery,
  type StatisticsQuery,
  type StatisticsUnit,
  statisticsUnits,
} from './statistics-query.ts';
export {
  calmText,
  type DeadStatus,
  type ExchangeStatus,
  isJudged,
  type LaneStatus,
  type OverdueStatus,
  type ParticipantFreshness,
  type PartStatus,
  type ServiceStatus,
  type StreamsStatus,
  type SubjectSchemas,
  type SubjectStatus,
  type Trouble,
  troublesOf,
  troubleText,
} from './status.ts';
export type { Deadline, Machine, StepEvent, Transition } from './steps/machine.ts';
export { sideOf } from './steps/sides.ts';
export { type Current, current, due, type Stepped, step, type VoidStep } from './steps/thread.ts';
export { sendable, symbolsOf } from './symbols.ts';
export { endedAgencies, identityOfAddress, threadRules, unknownThread, voidBecause } from './thread.ts';
export { changeBy, type EventPlace, handledBefore, replacedBy } from './thread-change.ts';
export {
  type HandledVersion,
  type Identified,
  isRecalled,
  nameOf,
  newerThan,
  noThreadStates,
  type PlacedVersion,
  type Recalled,
  readThreadChange,
  type ThreadChange,
  type ThreadState,
  type ThreadStates,
} from './thread-state.ts';
export { parseDay, parseInstant } from './time.ts';
export {
  type IncomingEvent,
  unconfirmed,
  type Validation,
  type ValidEvent,
  validateEvent,
} from './validate.ts';
export type { Violation } from './violation.ts';
