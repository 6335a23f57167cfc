import { useLocation } from 'preact-iso';
import { recordAddress } from '../core/event-name.ts';
import { t } from '../core/language.ts';
import { session, signInAddress } from '../core/session.ts';
import { Accepted } from './accepted.tsx';
import { Acknowledgements } from './acknowledgements.tsx';
import { Drafts } from './drafts.tsx';
import { Part } from './part.tsx';
import { isAsked, Recalls } from './recalls.tsx';
import { Refused } from './refused.tsx';
import { type Told, useWaiting, type Waiting } from './waiting.ts';
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
  const { waiting, again } = useWaiting(agency);
  const { drafts, acknowledgements, recalls, refused } = waiting;
  const asked = within(acknowledgements, ({ own }) => !own);
  const missing = within(acknowledgements, ({ own }) => own);
  return (
    <>
      <Counts waiting={waiting} agency={agency} />
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
        again={again}
      >
        {(items) => <Refused entries={items} />}
      </Part>
      <Accepted agency={agency} onOpen={(name) => route(recordAddress(name))} />
    </>
  );
}

function within<Item>(told: Told<readonly Item[]>, holds: (item: Item) => boolean): Told<readonly Item[]> {
  return told.state === 'told' ? { state: 'told', value: told.value.filter(holds) } : told;
}

/** What is due, seen at once; each leads to its list. */
function Counts({ waiting, agency }: { readonly waiting: Waiting; readonly agency: string }) {
  const { drafts, acknowledgements, recalls, refused } = waiting;
  const counts = [
    ['drafts', 'agency.count-sign', within(drafts, ({ maySign, state }) => maySign && isOpen(state))],
    [
      'drafts',
      'agency.count-returned',
      within(drafts, ({ agency: by, state }) => by === agency && !isOpen(state)),
    ],
    ['asked', 'agency.count-asked', within(acknowledgements, ({ own }) => !own)],
    ['missing', 'agency.count-overdue', within(acknowledgements, ({ own, overdue }) => own && overdue)],
    ['recalls', 'agency.count-recalls', within(recalls, (recall) => isAsked(recall, agency))],
    ['refused', 'agency.count-refused', refused],
  ] as const;
  return (
    <nav class="counts" aria-label={t('agency.counts')}>
      <ul>
        {counts.map(([id, name, told]) => {
          const count = told.state === 'told' ? told.value.length : undefined;
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

function isOpen(state: string): boolean {
  return state === 'WAITING' || state === 'REVIEW';
}
