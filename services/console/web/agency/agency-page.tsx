import { useContext } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { recordAddress } from '../core/event-name.ts';
import { t } from '../core/language.ts';
import { session, signInAddress } from '../core/session.ts';
import { Accepted } from './accepted.tsx';
import { Acknowledgements } from './acknowledgements.tsx';
import { Drafts } from './drafts.tsx';
import { Part } from './part.tsx';
import { Recalls } from './recalls.tsx';
import { Refused } from './refused.tsx';
import { type Told, within } from './told.ts';
import { countOf, dueOf, useRefused, WaitingOf, type WaitingTold } from './waiting.ts';
import '../browse/browse.css';
import './agency.css';

/** What an agency has said, was refused, and has still to do. */
export function AgencyPage() {
  const { agency } = session.value ?? {};
  return (
    <main id="main" class="page">
      <h1>
        {t('agency.title')}
        {agency !== undefined && <span class="muted"> {agency}</span>}
      </h1>
      {agency === undefined ? (
        <p class="notice">
          {t('agency.signIn')}
          <a class="button primary" href={signInAddress()}>
            {t('common.signIn')}
          </a>
        </p>
      ) : (
        <Own key={agency} agency={agency} />
      )}
    </main>
  );
}

function Own({ agency }: { readonly agency: string }) {
  const { route } = useLocation();
  const waiting = useContext(WaitingOf);
  const {
    told: { refused },
    again: refusedAgain,
  } = useRefused(agency);
  if (waiting === undefined) return null;
  const { told, again } = waiting;
  const { drafts, acknowledgements, recalls } = told;
  const asked = within(acknowledgements, ({ own }) => !own);
  const missing = within(acknowledgements, ({ own }) => own);
  return (
    <>
      <Counts waiting={told} refused={refused} agency={agency} />
      <Part id="drafts" title={t('agency.drafts')} told={drafts} none={t('agency.noDrafts')} again={again}>
        {(items) => <Drafts drafts={items} agency={agency} onDone={again} />}
      </Part>
      <Part id="asked" title={t('agency.asked')} told={asked} none={t('agency.noneAsked')} again={again}>
        {(items) => <Acknowledgements items={items} />}
      </Part>
      <Part
        id="missing"
        title={t('agency.missingOf')}
        told={missing}
        none={t('agency.noneMissing')}
        again={again}
      >
        {(items) => <Acknowledgements items={items} />}
      </Part>
      <Part
        id="recalls"
        title={t('agency.recalls')}
        told={recalls}
        none={t('agency.noRecalls')}
        again={again}
      >
        {(items) => <Recalls recalls={items} onDone={again} />}
      </Part>
      <Part
        id="refused"
        title={t('agency.refused')}
        told={refused}
        none={t('agency.noneRefused')}
        again={refusedAgain}
      >
        {(items) => <Refused entries={items} />}
      </Part>
      <Accepted agency={agency} onOpen={(name) => route(recordAddress(name))} />
    </>
  );
}

interface CountsProps {
  readonly waiting: WaitingTold['told'];
  readonly refused: Told<readonly unknown[]>;
  readonly agency: string;
}

/** What is due, seen at once; each leads to its list. */
function Counts({ waiting, refused, agency }: CountsProps) {
  const { sign, returned, asked, overdue, recalls } = dueOf(waiting, agency);
  const counts = [
    ['drafts', 'agency.count-sign', sign],
    ['drafts', 'agency.count-returned', returned],
    ['asked', 'agency.count-asked', asked],
    ['missing', 'agency.count-overdue', overdue],
    ['recalls', 'agency.count-recalls', recalls],
    ['refused', 'agency.count-refused', refused],
  ] as const;
  return (
    <nav class="counts" aria-label={t('agency.counts')}>
      <ul>
        {counts.map(([id, name, told]) => {
          const count = countOf(told);
          return (
            <li key={name}>
              <a
                href={`#${id}`}
                data-count={name}
                data-due={count !== undefined && count > 0}
                onClick={(event) => {
                  event.preventDefault();
                  event.stopPropagation();
                  const heading = document.getElementById(`${id}-title`);
                  heading?.focus();
                  heading?.scrollIntoView();
                }}
              >
                <strong>{count ?? '–'}</strong> {t(name)}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
