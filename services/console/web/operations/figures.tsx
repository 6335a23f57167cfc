import type { LaneStatus, OverdueStatus, PartStatus, ServiceStatus, StreamsStatus } from '@puebla/schemas';
import { number, t } from '../core/language.ts';
import type { MessageKey } from '../core/message-keys.ts';
import { participantName } from '../parts/names.ts';
import { ScrollX } from '../parts/scroll-x.tsx';
import { durationText } from './duration.ts';
import { Section } from './section.tsx';

const mostLanes = 20;

/** How much each service does, and how far behind it is. */
export function Services({ services }: { readonly services: readonly ServiceStatus[] }) {
  return (
    <Section id="services" title={t('operations.services')} unknown={services.length === 0}>
      <ScrollX label={t('operations.services')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('operations.service')}</th>
              <th scope="col">{t('operations.perSecond')}</th>
              <th scope="col">{t('operations.lagRecords')}</th>
              <th scope="col">{t('operations.lagTime')}</th>
            </tr>
          </thead>
          <tbody>
            {services.map((one) => (
              <tr key={one.service} data-service={one.service}>
                <th scope="row">{t(`operations.service-${one.service}`)}</th>
                <td>{known(one.perSecond, number)}</td>
                <td>{one.service === 'gateway' ? '–' : known(one.lagRecords, number)}</td>
                <td>{one.service === 'gateway' ? '–' : known(one.lagSeconds, durationText)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {services.map(({ service, lanes }) => (
        <Behind key={service} service={service} lanes={lanes} />
      ))}
    </Section>
  );
}

/** Where it is behind, the furthest first. */
function Behind({ service, lanes }: Pick<ServiceStatus, 'service' | 'lanes'>) {
  const behind = lanes
    .filter(({ lagRecords }) => lagRecords > 0)
    .toSorted((a, b) => (b.lagSeconds ?? 0) - (a.lagSeconds ?? 0));
  if (behind.length === 0) return null;
  return (
    <details>
      <summary>
        {t('operations.lanesBehind', {
          service: t(`operations.service-${service}`),
          n: number(behind.length),
        })}
      </summary>
      <ul>
        {behind.slice(0, mostLanes).map((lane) => (
          <li key={`${lane.topic} ${lane.participant}`}>{laneText(lane)}</li>
        ))}
      </ul>
    </details>
  );
}

function laneText({ topic, participant, lagRecords, lagSeconds }: LaneStatus): string {
  const lag = `${number(lagRecords)} · ${known(lagSeconds, durationText)}`;
  return `${topic}, ${participantName(participant)}: ${lag}`;
}

const evictions: Readonly<Record<string, MessageKey>> = {
  slow: 'operations.eviction-slow',
  token: 'operations.eviction-token',
  reader: 'operations.eviction-reader',
  shutdown: 'operations.eviction-shutdown',
};

/** Who listens, and who was sent away. */
export function Streams({ streams }: { readonly streams: StreamsStatus | null }) {
  return (
    <Section id="streams" title={t('operations.streams')} unknown={streams === null}>
      <dl class="facts-list">
        <dt>{t('operations.subscribers')}</dt>
        <dd>{known(streams?.subscribers ?? null, number)}</dd>
        {Object.entries(streams?.evictions ?? {}).map(([reason, count]) => {
          const key = Object.hasOwn(evictions, reason) ? evictions[reason] : undefined;
          return [
            <dt key={reason}>{key === undefined ? reason : t(key)}</dt>,
            <dd key={`${reason} count`}>{number(count)}</dd>,
          ];
        })}
      </dl>
    </Section>
  );
}

/** What participants owe each other. */
export function Overdue({ overdue }: { readonly overdue: readonly OverdueStatus[] | null }) {
  return (
    <Section id="overdue" title={t('operations.overdue')} unknown={overdue === null}>
      {overdue?.length === 0 ? (
        <p>{t('operations.nothingOverdue')}</p>
      ) : (
        <ScrollX label={t('operations.overdue')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('operations.participant')}</th>
                <th scope="col">{t('operations.acknowledgements')}</th>
                <th scope="col">{t('operations.recalls')}</th>
              </tr>
            </thead>
            <tbody>
              {overdue?.map(({ participant, acknowledgements, recalls }) => (
                <tr key={participant}>
                  <th scope="row">{participantName(participant)}</th>
                  <td>{known(acknowledgements, number)}</td>
                  <td>{known(recalls, number)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </Section>
  );
}

/** Every part of the exchange: its version, and what it says of itself. */
export function Parts({ parts }: { readonly parts: readonly PartStatus[] }) {
  return (
    <Section id="parts" title={t('operations.parts')}>
      <ul class="board parts">
        {parts.map(({ part, state, version, checks }) => (
          <li key={part} data-part={part} data-state={state}>
            <h3>{part}</h3>
            <p class="word">{t(`operations.part-${state}`)}</p>
            <p class="muted">
              {version === null ? t('operations.noVersion') : t('operations.version', { version })}
            </p>
            {checks
              .filter(({ ok }) => !ok)
              .map(({ name, detail }) => (
                <p key={name}>
                  <code>{name}</code>: <bdi>{detail}</bdi>
                </p>
              ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function known(value: number | null, text: (value: number) => string): string {
  return value === null ? t('operations.unknown') : text(value);
}
