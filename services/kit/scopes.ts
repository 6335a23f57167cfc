/** What a token may be used for (`scope`, RFC 6749, 3.3). Who may read or publish what is decided by rules.md, after this. */
export type Scope = 'publish' | 'read';

export const scopes: readonly Scope[] = ['publish', 'read'];

/** Which scope each use of the exchange asks of a token: said here and nowhere else. */
export const scopeFor = {
  publish: 'publish',
  preview: 'publish',
  changeDirectory: 'publish',
  sign: 'publish',
  rebuildLibrary: 'publish',
  readEvents: 'read',
  operate: 'read',
  settleLetters: 'publish',
  readDrafts: 'read',
  readDirectory: 'read',
  readAudit: 'read',
  readAcknowledgements: 'read',
} as const satisfies Readonly<Record<string, Scope>>;
