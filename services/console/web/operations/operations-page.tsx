import { useState } from 'preact/hooks';
import { t } from '../core/language.ts';
import { session, signInAddress } from '../core/session.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Board } from './board.tsx';
import { DeadLetters } from './dead.tsx';
import { Overdue, Parts, Services, Streams } from './figures.tsx';
import { useLook } from './look.ts';
import { Schemas } from './schemas.tsx';
import { Verdict } from './verdict.tsx';
import './operations.css';

/** How the exchange is, for whoever keeps it: whether every country is heard, every feed fresh, anything stuck. */
export function OperationsPage() {
  return (
    <main id="main" class="page operations">
      <h1>{t('operations.title')}</h1>
      {session.value?.signedIn === true ? (
        <Watch />
      ) : (
        <p class="notice">
          {t('operations.signIn')}
          <a class="button primary" href={signInAddress()}>
            {t('common.signIn')}
          </a>
        </p>
      )}
    </main>
  );
}

function Watch() {
  const [paused, setPaused] = useState(false);
  const look = useLook(paused);
  switch (look.state) {
    case 'looking':
      return <p role="status">{t('operations.looking')}</p>;
    case 'unreachable':
      return <ProblemNote error={look.error} />;
    case 'refused':
      // Of a session that has ended the layout tells.
      return look.status === 401 ? null : (
        <p class="notice" role="status">
          {t('operations.notForYou')}
        </p>
      );
    case 'seen': {
      const { participants, services, dead, streams, overdue, schemas, parts } = look.status;
      return (
        <>
          <Verdict look={look} paused={paused} onPause={() => setPaused(!paused)} />
          <Board participants={participants} />
          <Services services={services} />
          <DeadLetters dead={dead} />
          <div class="operations-pair">
            <Streams streams={streams} />
            <Overdue overdue={overdue} />
          </div>
          <Parts parts={parts} />
          <Schemas schemas={schemas} />
        </>
      );
    }
  }
}
