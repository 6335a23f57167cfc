import { addressPattern } from '../address.ts';
import { violation } from '../rule-codes.ts';
import { textRules } from '../rules/text.ts';
import type { Violation } from '../violation.ts';

/** Version 4, the random one: neither a number of a file nor one of a document has this form. */
const randomUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const maxChannelLength = 200;

interface CaseStep {
  readonly state?: string | undefined;
  readonly follows?: string | null | undefined;
  readonly caseHandle?: string | undefined;
  readonly channel?: string | null | undefined;
}

/** With which step a thread begins, and whether that step can be taken again later. */
interface Beginning {
  readonly state: string;
  readonly again: boolean;
}

/**
 * What every kind with steps says of its case: a random handle, the channel outside the exchange where names are spoken of, and the step
 * that it follows.
 */
export function caseRules(step: CaseStep, beginning: Beginning): Violation[] {
  return [
    ...handleRules(step.caseHandle),
    ...textRules(step.channel, '/data/channel', maxChannelLength),
    ...followsRules(step, beginning),
  ];
}

function handleRules(handle: string | undefined): Violation[] {
  if (handle === undefined || handle === '') return [violation('required', '/data/caseHandle')];
  return randomUuid.test(handle) ? [] : [violation('step/case-handle', '/data/caseHandle')];
}

function followsRules({ state, follows }: CaseStep, beginning: Beginning): Violation[] {
  if (state === undefined) return [];
  const begins = state === beginning.state;
  const isSound =
    typeof follows === 'string' ? addressPattern.test(follows) && (!begins || beginning.again) : begins;
  return isSound ? [] : [violation('step/follows', '/data/follows')];
}
