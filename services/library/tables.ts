/**
 * The view's tables. They hold nothing that the log does not: so there are no migrations. Another `tablesVersion`
 * than the stored one, or another Kafka cluster, and the view is thrown away and filled again.
 */
export const tablesVersion = 8;

/**
 * `record` is the log's own: key, Avro value and headers as they came. What is looked for has a column of its own; the rest is
 * made into JSON for who reads it, since far more events are applied than are asked for. `storage external` and the tuple
 * target: it is not compressed (pglz nearly doubles the server's work on 3 KB), and up to 4 KB it stays in its row. No
 * statistics: those of a column are samples of its values, and stay when the row has gone.
 * Collation "C": identities are compared, never sorted for people.
 */
export function eventsTable(name: string): string {
  return `
create table library.${name} (
  agency text collate "C" not null,
  id text collate "C" not null,
  kind text not null,
  participant text not null,
  thread text,
  tlp text not null,
  readers text,
  sponsor text,
  office text,
  -- Epoch ms.
  ackby bigint,
  -- Of an answer: <agency>/<id> of the event that it names, and what it says where that is one of a list.
  answers text collate "C",
  answer text,
  -- What the filter asks for and events are counted by (facets.ts).
  category text collate "C",
  facets text collate "C",
  -- Epoch ms, both inclusive: the event's own period.
  starts bigint,
  ends bigint,
  accepted timestamptz not null,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  digest text not null,
  record bytea not null
) with (toast_tuple_target = 4080);
alter table library.${name} alter column record set storage external,
  alter column record set statistics 0, alter column facets set statistics 0;`;
}

/** By what stands behind the table's name in their own. */
const indexes = {
  of_thread: '(thread) where thread is not null',
  that_ask: '(ackby, agency, id) where ackby is not null',
  that_answer: '(answers) where answers is not null',
};

/** Apart from the table: they are made faster over rows that are there. */
export function eventsIndexes(name: string): string {
  const made = Object.entries(indexes).map(
    ([end, on]) => `create index ${name}_${end} on library.${name} ${on};`,
  );
  return `
alter table library.${name} add constraint ${name}_pkey primary key (agency, id);
${made.join('\n')}`;
}

/** The table under another name, and what belongs to it. */
export function renameEvents(from: string, to: string): string {
  const renamed = Object.keys(indexes).map(
    (end) => `alter index library.${from}_${end} rename to ${to}_${end};`,
  );
  return `
alter table library.${from} rename to ${to};
alter table library.${to} rename constraint ${from}_pkey to ${to}_pkey;
${renamed.join('\n')}`;
}

export const createTables = `
create schema library;

create table library.view (
  only_row boolean primary key default true check (only_row),
  version integer not null,
  cluster text not null,
  -- Counts how often the view was emptied: who asked for a rebuild sees that it has begun.
  epoch integer not null,
  -- Log positions (json: topic to offsets by lane) when it was emptied: its start, and what it must reach to be whole.
  origin json not null,
  target json not null,
  whole boolean not null
);

create table library.offsets (
  topic text collate "C" not null,
  partition integer not null,
  next bigint not null,
  primary key (topic, partition)
);

${eventsTable('events')}
${eventsIndexes('events')}

-- Tombstones that were applied, until nothing of what they took away is left: the former rows lie in the files of this database, and
-- there may be a dead letter or a draft.
create table library.erasures (
  topic text collate "C" not null,
  partition integer not null,
  erases text collate "C" not null,
  "offset" bigint not null,
  primary key (topic, partition, erases)
);

-- Lanes whose last segment holds such a tombstone: a marker must end it.
create table library.markers (
  topic text collate "C" not null,
  partition integer not null,
  -- Epoch ms of the newest tombstone.
  since bigint not null,
  primary key (topic, partition)
);

create table library.audit (
  id uuid primary key,
  -- Of the participant whose entry it is.
  lane integer not null,
  agency text collate "C" not null,
  what text not null,
  event text collate "C",
  -- Epoch ms.
  time bigint not null,
  -- JSON, as it stands in the log.
  entry text not null
);
create index audit_of_lane on library.audit (lane, time, id);
create index audit_of_act on library.audit (what, time, id);
create index audit_of_event on library.audit (event) where event is not null;
`;
