import avsc from 'avsc';
import { dayMs, formatDay, formatInstant, parseDay, parseInstant } from './time.ts';

/**
 * Avro types whose values are the plain JSON that travels over HTTP: `date` is `YYYY-MM-DD`, `timestamp-millis` is RFC 3339, an
 * optional field is its value or null.
 */
class Day extends avsc.types.LogicalType {
  protected override _fromValue(days: number): string {
    return formatDay(days * dayMs);
  }
  /** avsc reads undefined as "not valid". */
  protected override _toValue(day: unknown): number | undefined {
    const ms = typeof day === 'string' ? parseDay(day) : undefined;
    return ms === undefined ? undefined : ms / dayMs;
  }
  protected override _resolve(writer: avsc.Type): ((value: unknown) => unknown) | undefined {
    return avsc.Type.isType(writer, 'logical:date') ? (value) => value : undefined;
  }
}

class Instant extends avsc.types.LogicalType {
  protected override _fromValue(ms: number): string {
    return formatInstant(ms);
  }
  protected override _toValue(instant: unknown): number | undefined {
    return typeof instant === 'string' ? parseInstant(instant) : undefined;
  }
  protected override _resolve(writer: avsc.Type): ((value: unknown) => unknown) | undefined {
    return avsc.Type.isType(writer, 'logical:timestamp-millis') ? (value) => value : undefined;
  }
}

/**
 * Compiles a parsed `.avsc`.
 * @throws Error where it is not valid Avro.
 */
export function compileAvro(schema: object): avsc.Type {
  // avsc describes schemas by literal types, which parsed JSON cannot have; it checks them itself.
  return avsc.Type.forSchema(schema as Parameters<typeof avsc.Type.forSchema>[0], {
    logicalTypes: { date: Day, 'timestamp-millis': Instant },
    assertLogicalTypes: true,
    omitRecordMethods: true,
    // Pinned: under the default, the shape of a value changes when a branch is added to its union.
    wrapUnions: 'never',
  });
}

/**
 * Decoder of what another version of a schema wrote: fields that the writer lacks get their default, fields and symbols that
 * the reader lacks are dropped or become the enum's default symbol.
 * @throws Error where the two cannot be resolved; the decoder throws where the bytes do not fit the writer's schema.
 */
export function readerType(reader: avsc.Type, writerSchema: object): (buf: Buffer) => unknown {
  const writer = compileAvro(writerSchema);
  if (writer.fingerprint().equals(reader.fingerprint())) return (buf) => reader.fromBuffer(buf);
  const resolver = reader.createResolver(writer);
  return (buf) => reader.fromBuffer(buf, resolver);
}
