import pg from 'pg';

/**
 * How the library talks to PostgreSQL: a small pool for reads, and one connection of its own for whoever applies.
 * Every query is bounded twice: by the server (`statement_timeout`), and here (`query_timeout`) for a server that
 * has stopped without closing its connections.
 */

/** Reads are one row by its key; who waits longer than this for a connection is told to come back. */
const readConnections = 6;
const connectTimeoutMs = 2_000;
const readTimeoutMs = 2_000;
/** A batch takes some 100 ms; emptying the tables waits for the reads that are under way. */
const applyTimeoutMs = 10_000;
/** Millions of rows. */
const rewriteTimeoutMs = 600_000;
/** Who still reads a table that is to be replaced: no read of ours takes so long. */
const rewriteLockTimeoutMs = 1_000;
/** What the client waits beyond the server's own bound. */
const graceMs = 1_000;

/** @param onTrouble told of connections that break while nobody uses them; the pool replaces them by itself. */
export function openReadPool(databaseUrl: string, onTrouble: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'puebla-library-read',
    max: readConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: readTimeoutMs,
    query_timeout: readTimeoutMs + graceMs,
    keepAlive: true,
  });
  pool.on('error', onTrouble);
  return pool;
}

/**
 * The connection that applies; it holds the lock that makes it the only one.
 * The server need not flush at each commit: rows and offsets of a commit are lost together in a crash, and the log has them.
 * @throws what `pg` throws when the server cannot be reached
 */
export async function connectApplier(
  databaseUrl: string,
  onBroken: (error: Error) => void,
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'puebla-library-apply',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: applyTimeoutMs,
    query_timeout: applyTimeoutMs + graceMs,
    keepAlive: true,
  });
  client.on('error', onBroken);
  await client.connect();
  await client.query('set synchronous_commit = off');
  return client;
}

/**
 * For what takes long and is done seldom; it is opened for each time. Whoever waits for a lock behind it has to wait for those that it waits for.
 * @throws what `pg` throws when the server cannot be reached
 */
export async function connectEraser(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'puebla-library-erase',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: rewriteTimeoutMs,
    lock_timeout: rewriteLockTimeoutMs,
    query_timeout: rewriteTimeoutMs + graceMs,
    keepAlive: true,
  });
  // What breaks while it is in use is told to whoever waits for an answer.
  client.on('error', () => {});
  await client.connect();
  // What is cut off ends, and is not carried to its end by the server. Not every system can tell.
  await client.query('set client_connection_check_interval = 1000').catch(() => {});
  return client;
}

/** Closes for good, also when the server does not answer any more. */
export async function disconnect(client: pg.Client): Promise<void> {
  const { promise: bound, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, graceMs);
  await Promise.race([client.end().catch(() => {}), bound]);
  clearTimeout(timer);
}
