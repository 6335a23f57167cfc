import { LocationProvider, lazy, Route, Router } from 'preact-iso';
import { Layout } from './layout.tsx';
import { NotFound } from './not-found.tsx';

const Feed = lazy(() => import('./feed/feed-page.tsx').then(({ FeedPage }) => FeedPage));

/** What is not the page's own to show: signing in leaves it. */
const ownPages = /^\/(?!console\/)/;

export function App() {
  return (
    <LocationProvider scope={ownPages}>
      <Layout>
        <Router>
          <Route path="/" component={Feed} />
          <Route default component={NotFound} />
        </Router>
      </Layout>
    </LocationProvider>
  );
}
