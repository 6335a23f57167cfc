/** The services of an exchange, each of which runs alone or beside others in one process. */
export const serviceNames = ['gateway', 'feeds', 'library', 'directory', 'monitor', 'console'] as const;
export type ServiceName = (typeof serviceNames)[number];
