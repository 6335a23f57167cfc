/** The page's own addresses: its parts, and where it is opened. Whatever else is asked for is for others to answer. */
export const addresses = [
  '/',
  '/publish',
  '/agency',
  '/practices',
  '/trainings',
  '/decisions',
  '/operations',
  '/about',
  '/assets/*path',
  '/favicon.svg',
] as const;
