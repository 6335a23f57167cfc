import { useEffect, useState } from 'preact/hooks';
import { askJson } from '../core/api.ts';
import { agencyName } from '../core/directory.ts';
import { nameOfEvent, pathOf } from '../core/event-name.ts';
import { code, language, t } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';
import { Instant } from '../parts/instant.tsx';
import { participantName } from '../parts/names.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { ScrollX } from '../parts/scroll-x.tsx';
import { isGone } from './thread.ts';

interface Access {
  readonly agencies: readonly {
    readonly agency: string;
    readonly may: boolean;
    readonly delivered: string | null;
    readonly opened: string | null;
  }[];
  /** Where it is not told. */
  readonly reason?: string;
}

interface Acknowledgements {
  readonly ackby: string | null;
  readonly items: readonly {
    readonly participant: string;
    readonly agencies: readonly string[];
    readonly asked: boolean;
    readonly answered: boolean;
    readonly overdue: boolean;
    readonly answers: readonly {
      readonly agency: string;
      readonly answer: string;
      readonly time: string;
    }[];
  }[];
}

/** To its owner: which agencies may read it, when each got and opened it. */
export function WhoReads({ event }: { readonly event: ShownEvent }) {
  const { told, error, again } = useTold<Access>(event, 'access');
  return (
    <section aria-labelledby="record-access">
      <h3 id="record-access">{t('record.access')}</h3>
      {error !== undefined && <ProblemNote error={error} again={again} />}
      {told?.reason !== undefined && <p>{told.reason}</p>}
      {told !== undefined && told.agencies.length > 0 && (
        <ScrollX label={t('record.access')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('record.agency')}</th>
                <th scope="col">{t('record.delivered')}</th>
                <th scope="col">{t('record.opened')}</th>
              </tr>
            </thead>
            <tbody>
              {told.agencies.map(({ agency, may, delivered, opened }) => (
                <tr key={agency}>
                  <th scope="row">
                    {agencyName(agency)} {!may && <span class="chip">{t('record.mayNoMore')}</span>}
                  </th>
                  <td>{delivered === null ? t('record.notYet') : <Instant at={delivered} />}</td>
                  <td>{opened === null ? t('record.notYet') : <Instant at={opened} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </section>
  );
}

/** To its owner who has acknowledged it and who has not, to whoever is asked what is asked of him. */
export function Acknowledged({ event }: { readonly event: ShownEvent }) {
  const { told, error, again } = useTold<Acknowledgements>(event, 'acknowledgements');
  if (error !== undefined && !isGone(error)) return <ProblemNote error={error} again={again} />;
  if (told === undefined || told.items.length === 0) return null;
  return (
    <section aria-labelledby="record-acknowledgements">
      <h3 id="record-acknowledgements">{t('record.acknowledgements')}</h3>
      {told.ackby !== null && (
        <p>
          {t('record.ackby')} <Instant at={told.ackby} />
        </p>
      )}
      <ul class="lines">
        {told.items.map(({ participant, agencies, answered, overdue, asked, answers }) => (
          <li key={`${participant} ${agencies.join()}`}>
            <strong>{agencies.length === 1 ? agencies.map(agencyName) : participantName(participant)}</strong>{' '}
            {overdue && <span class="chip overdue">{t('record.overdue')}</span>}
            {asked && !answered && !overdue && <span class="chip">{t('record.notYet')}</span>}
            {answered && answers.length === 0 && <span class="chip">{t('record.answered')}</span>}
            {answers.map(({ agency, answer, time }) => (
              <span key={agency}>
                {agencies.length > 1 && `${agencyName(agency)}: `}
                {code('AcknowledgementAnswer', answer)}, <Instant at={time} />{' '}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Told<Answer> {
  readonly told: Answer | undefined;
  readonly error: unknown;
  readonly again: () => void;
}

function useTold<Answer>(event: ShownEvent, what: string): Told<Answer> {
  const [told, setTold] = useState<Answer>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    const left = new AbortController();
    const asked = { language: language.value, signal: left.signal };
    setError(undefined);
    askJson<Answer>(`/v1/events/${pathOf(nameOfEvent(event))}/${what}`, asked)
      .then((answer) => left.signal.aborted || setTold(() => answer))
      .catch((problem: unknown) => left.signal.aborted || setError(problem));
    return () => left.abort();
  }, [event, round]);
  return { told, error, again: () => setRound(round + 1) };
}
