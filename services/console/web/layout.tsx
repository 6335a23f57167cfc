import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { countOf, dueOf, useWaiting, WaitingOf, type WaitingTold } from './agency/waiting.ts';
import { chooseLanguage, counted, language, languageName, languages, number, t } from './core/language.ts';
import type { MessageKey } from './core/message-keys.ts';
import { session, signInAddress, signOut } from './core/session.ts';
import { sessionEnded } from './core/session-ended.ts';
import { chooseTheme, theme, themes } from './core/theme.ts';
import { askWhetherWatches, watches } from './core/watches.ts';
import { chooseZone, zone, zones } from './core/zone.ts';
import { Announcer } from './parts/announcer.tsx';

interface MenuPage {
  readonly path: string;
  readonly name: MessageKey;
  readonly signedIn: boolean;
  /** For who may look at the whole exchange. */
  readonly watching?: true;
}

/** The pages in the order of the menu, and whom they are for. */
const pages: readonly MenuPage[] = [
  { path: '/', name: 'common.feed', signedIn: false },
  { path: '/publish', name: 'publish.title', signedIn: true },
  { path: '/agency', name: 'agency.title', signedIn: true },
  { path: '/practices', name: 'practices.title', signedIn: false },
  { path: '/trainings', name: 'trainings.title', signedIn: false },
  { path: '/decisions', name: 'decisions.title', signedIn: false },
  { path: '/operations', name: 'operations.title', signedIn: true, watching: true },
];

export function Layout({ children }: { readonly children: ComponentChildren }) {
  const { agency } = session.value ?? {};
  const waiting = useWaiting(agency);
  return (
    <WaitingOf.Provider value={waiting}>
      <a class="skip" href="#main">
        {t('common.skip')}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          Puebla
        </a>
        <Menu due={agency === undefined ? {} : dueOnPages(waiting.told, agency)} />
        <Choices />
        <Who />
      </header>
      <Ended />
      {children}
      <Announcer />
    </WaitingOf.Provider>
  );
}

/** How much is due, by the path of the page that shows it; nothing where that is not told. */
type DueOnPages = Readonly<Record<string, number>>;

function dueOnPages(told: WaitingTold['told'], agency: string): DueOnPages {
  const { sign, asked, overdue, recalls } = dueOf(told, agency);
  const own = [sign, asked, overdue, recalls].map((one) => countOf(one) ?? 0);
  return {
    '/agency': own.reduce((sum, count) => sum + count),
    '/decisions': countOf(told.decisions) ?? 0,
  };
}

function Menu({ due }: { readonly due: DueOnPages }) {
  const { path } = useLocation();
  const isSignedIn = session.value?.signedIn === true;
  useEffect(() => {
    if (isSignedIn) void askWhetherWatches();
  }, [isSignedIn]);
  const offered = pages.filter(
    ({ signedIn, watching }) => (isSignedIn || !signedIn) && (watches.value || watching !== true),
  );
  return (
    <nav class="menu" aria-label={t('common.pages')}>
      <ul>
        {offered.map((page) => (
          <li key={page.path}>
            <a href={page.path} aria-current={page.path === path ? 'page' : undefined}>
              {t(page.name)}
              <Badge count={due[page.path] ?? 0} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Badge({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <>
      {' '}
      <span class="badge">
        <span aria-hidden="true">{number(count)}</span>
        <span class="unseen">{counted('common.due', count)}</span>
      </span>
    </>
  );
}

function Choices() {
  return (
    <details class="choices">
      <summary>{t('common.display')}</summary>
      <div class="choices-list">
        <label>
          {t('common.language')}
          <select value={language.value} onChange={(event) => void chooseLanguage(event.currentTarget.value)}>
            {languages.map((tag) => (
              <option key={tag} value={tag} lang={tag}>
                {new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? languageName(tag)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('common.theme')}
          <select
            value={theme.value}
            onChange={(event) =>
              chooseTheme(themes.find((one) => one === event.currentTarget.value) ?? 'auto')
            }
          >
            {themes.map((one) => (
              <option key={one} value={one}>
                {t(`common.theme-${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('common.zone')}
          <select value={zone.value} onChange={(event) => chooseZone(event.currentTarget.value)}>
            {zones.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      </div>
    </details>
  );
}

function Who() {
  const who = session.value;
  if (who?.signedIn !== true) {
    return (
      <div class="who">
        <span class="muted">{t('common.signedOut')}</span>
        <a class="button primary" href={signInAddress()}>
          {t('common.signIn')}
        </a>
      </div>
    );
  }
  return (
    <details class="who">
      <summary>{who.person === undefined ? who.agency : `${who.agency} · ${who.person}`}</summary>
      <div class="choices-list">
        <button type="button" onClick={() => void signOut(false)}>
          {t('common.signOut')}
        </button>
        <button type="button" onClick={() => void signOut(true)}>
          {t('common.signOutEverywhere')}
        </button>
      </div>
    </details>
  );
}

/** What was read stays on the page until the reader decides: he may be in the middle of something. */
function Ended() {
  if (!sessionEnded.value) return null;
  return (
    <div class="notice" role="alert">
      <p>{t('common.sessionEnded')}</p>
      <a class="button primary" href={signInAddress()}>
        {t('common.signInAgain')}
      </a>
    </div>
  );
}
