import type { Case } from './case.ts';
import { isAsAsked } from './check-entitlement.ts';
import { mayHave, mustHave, type Span } from './entitlement.ts';
import type { EventKey, Stamp } from './history.ts';
import { threadOf } from './standing.ts';
import type { Report } from './violations.ts';

/** What the library said while all went on: when the sender of a recall or a version has his answer, it is in force. */
export function checkLooks(all: Case, report: Report): void {
  const { looks, threads } = all.histories;
  for (const { as, event, askedAt, at, stamp } of looks) {
    const reader = `library for ${as ?? 'nobody'}`;
    const span = { from: askedAt, to: at, withinMs: 0 };
    if (stamp !== undefined) reportShown(all, report, { reader, as, event, span, stamp });
    else if (isMissing(all, as, event, span)) report('silent-gap', reader, [event]);
  }
  const byThread = Map.groupBy(all.outcomes.keys(), (key) => threadOf(all, key));
  for (const { as, event, askedAt, at, items } of threads) {
    const reader = `library for ${as ?? 'nobody'}, thread`;
    const span = { from: askedAt, to: at, withinMs: 0 };
    for (const item of items) reportShown(all, report, { reader, as, span, ...item });
    if (items.length === 0 && !isMissing(all, as, event, span)) continue;
    const listed = new Set(items.map((item) => item.event));
    const missing = byThread
      .get(threadOf(all, event))
      ?.filter((key) => !listed.has(key) && isMissing(all, as, key, span));
    report('silent-gap', reader, missing ?? []);
  }
}

interface Shown {
  readonly reader: string;
  readonly as: string | undefined;
  readonly event: EventKey;
  readonly span: Span;
  readonly stamp: Stamp;
}

function reportShown(all: Case, report: Report, { reader, as, event, span, stamp }: Shown): void {
  if (!all.outcomes.has(event)) report('never-sent', reader, [event]);
  else if (!mayHave(all, { as, key: event }, span, [stamp])) report('seen-unentitled', reader, [event]);
  else if (!isAsAsked(all, event, stamp)) report('stamped-wrong', reader, [event]);
}

function isMissing(all: Case, as: string | undefined, key: EventKey, span: Span): boolean {
  const isKept = (all.outcomes.get(key)?.acknowledgedAt ?? Number.POSITIVE_INFINITY) <= span.from;
  return isKept && mustHave(all, { as, key }, span);
}
