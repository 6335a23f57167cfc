import { randomUUID } from 'node:crypto';
import { encodeRecord, type Header, type RecordToSend } from '@puebla/kit';
import { agencyOf, participantOf, threadKindOf } from '@puebla/schemas';
import { testStack } from '../../infra/test-addresses.ts';

/** A newer schema of a kind that the registry does not have yet, and records of it: who writes them is ahead of the registry. */
export interface LaterSchema {
  readonly id: number;
  /** An event in it, public, with a key and headers as the gateway writes them. */
  record(event: { id: string; agency: string }): RecordToSend;
  /** False when the registry gave the schema another id: somebody else has registered one meanwhile. */
  register(): Promise<boolean>;
}

/** An Avro string of one letter. */
const encodedField = Buffer.from([2, 0x78]);

export async function laterSchema(kindName: string): Promise<LaterSchema> {
  const kind = threadKindOf(kindName);
  if (kind === undefined) throw new Error(`no kind ${kindName}`);
  const avro = kind.avro as { readonly fields: readonly object[] };
  const schemaOf = (name: string): object => ({
    ...avro,
    fields: [...avro.fields, { name, type: 'string', default: '' }],
  });
  const id = (await registered(schemaOf(fieldName()))) + 1;
  const schema = schemaOf(fieldName());
  const body = kind.type.toBuffer((kind.example as { data: object }).data);
  return {
    id,
    record({ id: eventId, agency }) {
      const participant = agencyOf(agency)?.participant ?? '';
      const front = Buffer.alloc(5);
      front.writeUInt32BE(id, 1);
      const headers: Header[] = [
        ['ce_specversion', '1.0'],
        ['content-type', 'application/avro'],
        ['ce_id', eventId],
        ['ce_source', agency],
        ['ce_type', kindName],
        ['ce_time', '2026-01-01T00:00:00Z'],
        ['ce_participant', participant],
        ['ce_tlp', 'CLEAR'],
        ['digest', `digest of ${eventId}`],
      ];
      const content = encodeRecord(
        `${agency}/${eventId}`,
        Buffer.concat([front, body, encodedField]),
        headers,
      );
      return { topic: kind.topic, partition: participantOf(participant)?.lane ?? -1, content };
    },
    register: async () => (await registered(schema)) === id,
  };
}

const fieldName = (): string => `later_${randomUUID().replaceAll('-', '')}`;

/** Registers a schema under a subject of its own; its id. */
async function registered(schema: object): Promise<number> {
  const { registryUrl } = testStack();
  const answer = await fetch(`${registryUrl}/subjects/later-${randomUUID()}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  if (!answer.ok) throw new Error(`the registry answers ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { id: number }).id;
}
