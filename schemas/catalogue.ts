import avsc from 'avsc';
import { compileAvro, readerType } from './avro-type.ts';
import { avroSchemas } from './generated.ts';
import type { Kind, KindName, KindRules, ThreadKind } from './kind.ts';
import acknowledgementExample from './kinds/acknowledgement/example.json' with { type: 'json' };
import { acknowledgement } from './kinds/acknowledgement/rules.ts';
import alertExample from './kinds/alert/example.json' with { type: 'json' };
import { alert } from './kinds/alert/rules.ts';
import decisionExample from './kinds/decision/example.json' with { type: 'json' };
import { decision } from './kinds/decision/rules.ts';
import practiceExample from './kinds/practice/example.json' with { type: 'json' };
import { practice } from './kinds/practice/rules.ts';
import recallExample from './kinds/recall/example.json' with { type: 'json' };
import { recall } from './kinds/recall/rules.ts';
import referralExample from './kinds/referral/example.json' with { type: 'json' };
import { referral } from './kinds/referral/rules.ts';
import repatriationExample from './kinds/repatriation/example.json' with { type: 'json' };
import { repatriation } from './kinds/repatriation/rules.ts';
import statisticExample from './kinds/statistic/example.json' with { type: 'json' };
import { statistic } from './kinds/statistic/rules.ts';
import trainingExample from './kinds/training/example.json' with { type: 'json' };
import { training } from './kinds/training/rules.ts';
import { sendable } from './symbols.ts';

/** The one list of kinds that begin threads: topics, subjects, types, validation and filters are derived from it. */
export const catalogue: readonly ThreadKind[] = [
  entry('alert', alert, alertExample),
  entry('practice', practice, practiceExample),
  entry('statistic', statistic, statisticExample),
  entry('training', training, trainingExample),
  entry('decision', decision, decisionExample),
  entry('repatriation', repatriation, repatriationExample),
  entry('referral', referral, referralExample),
];

/** Kinds that answer an event, in its topic and lane. */
const answers: readonly Kind[] = [
  kind('acknowledgement', acknowledgement, acknowledgementExample),
  kind('recall', recall, recallExample),
];

export const kinds: readonly Kind[] = [...catalogue, ...answers];

function entry(name: KindName, rules: KindRules, example: object): ThreadKind {
  const topic = `puebla.${name}`;
  return { ...kind(name, rules, example), topic, deadTopic: `${topic}.dead` };
}

function kind(name: KindName, rules: KindRules, example: object): Kind {
  const avro = avroSchemas[name];
  const type = compileAvro(avro);
  return {
    ...rules,
    name,
    subject: `puebla.${name}-${avro.namespace}.${avro.name}`,
    avro,
    type,
    categories: rules.category === null ? [] : symbolsOfField(type, rules.category),
    example,
  };
}

/** @throws Error where the field is no enum: the kind is wrong, and no process starts with it. */
function symbolsOfField(type: avsc.Type, name: string): readonly string[] {
  const field = type instanceof avsc.types.RecordType ? type.field(name) : undefined;
  if (!(field?.type instanceof avsc.types.EnumType)) throw new Error(`${type.name}.${name} is no enum`);
  return sendable(field.type.symbols);
}

const byName: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.name, kind]));

export function kindOf(name: string): Kind | undefined {
  return byName.get(name);
}

/** Of a kind that begins threads. */
export function threadKindOf(name: string): ThreadKind | undefined {
  return catalogue.find((kind) => kind.name === name);
}

export function kindOfTopic(topic: string): ThreadKind | undefined {
  return catalogue.find((kind) => kind.topic === topic);
}

/**
 * Decoder, into the kind's newest data, of bodies written with an older or newer version of its schema.
 * @throws Error where the two cannot be resolved; the decoder throws where the bytes do not fit the writer's schema.
 */
export function readerTypeFor(kind: Kind, writerSchema: object): (buf: Buffer) => unknown {
  return readerType(kind.type, writerSchema);
}
