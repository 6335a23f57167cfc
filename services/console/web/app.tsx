import { LocationProvider, lazy, Route, Router } from 'preact-iso';
import { Layout } from './layout.tsx';
import { NotFound } from './not-found.tsx';

const Feed = lazy(() => import('./feed/feed-page.tsx').then(({ FeedPage }) => FeedPage));
const Agency = lazy(() => import('./agency/agency-page.tsx').then(({ AgencyPage }) => AgencyPage));
const Practices = lazy(() =>
  import('./practices/practices-page.tsx').then(({ PracticesPage }) => PracticesPage),
);
const Trainings = lazy(() =>
  import('./trainings/trainings-page.tsx').then(({ TrainingsPage }) => TrainingsPage),
);
const Decisions = lazy(() =>
  import('./decisions/decisions-page.tsx').then(({ DecisionsPage }) => DecisionsPage),
);
const Publish = lazy(() => import('./publish/publish-page.tsx').then(({ PublishPage }) => PublishPage));
const Operations = lazy(() =>
  import('./operations/operations-page.tsx').then(({ OperationsPage }) => OperationsPage),
);

/** What is not the page's own to show: signing in leaves it. */
const ownPages = /^\/(?!console\/)/;

export function App() {
  return (
    <LocationProvider scope={ownPages}>
      <Layout>
        <Router>
          <Route path="/" component={Feed} />
          <Route path="/agency" component={Agency} />
          <Route path="/practices" component={Practices} />
          <Route path="/trainings" component={Trainings} />
          <Route path="/decisions" component={Decisions} />
          <Route path="/publish" component={Publish} />
          <Route path="/operations" component={Operations} />
          <Route default component={NotFound} />
        </Router>
      </Layout>
    </LocationProvider>
  );
}
