import type { Metrics } from '@puebla/kit';
import { type ExchangeStatus, participants } from '@puebla/schemas';

const hourSeconds = 3_600;

/** The same as figures; what is not known stays as it was. */
export function tellStatus(metrics: Metrics, status: ExchangeStatus): void {
  for (const { participant, verdict, silentHours, habit } of status.participants ?? []) {
    metrics.silence.set({ participant }, (silentHours ?? 0) * hourSeconds);
    metrics.habit.set({ participant }, habit === 'NOT_JUDGED' ? 0 : habit.hours * hourSeconds);
    metrics.silent.set({ participant }, verdict === 'SILENT' ? 1 : 0);
  }
  for (const { service, lanes, lagRecords } of status.services) {
    if (lagRecords === null) continue;
    for (const { code: participant } of participants) {
      const ages = lanes
        .filter((lane) => lane.participant === participant)
        .map((lane) => lane.lagSeconds ?? 0);
      metrics.lagSeconds.set({ service, participant }, Math.max(0, ...ages));
    }
  }
  for (const { kind, open, oldest } of status.dead ?? []) {
    metrics.deadOpen.set({ kind }, open);
    metrics.deadOldest.set({ kind }, oldest === null ? 0 : ageOf(oldest, status.time));
  }
  for (const { part, state } of status.parts) metrics.partUp.set({ part }, state === 'OK' ? 1 : 0);
}

function ageOf(time: string, now: string): number {
  return Math.max(0, Date.parse(now) - Date.parse(time)) / 1_000;
}
