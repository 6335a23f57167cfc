import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Audit,
  type Codec,
  type CurrentDirectory,
  type CursorCodec,
  createProducer,
  draftsTopic,
  type FollowedThreads,
  type Kafka,
  type Log,
  type Metrics,
  overdueEveryMs,
  type Service,
  tellOverdue,
  type Verifier,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import express from 'express';
import { createAcceptPool } from './accept-pool.ts';
import { createBodies } from './body.ts';
import type { Gateway } from './context.ts';
import { followDrafts } from './drafts.ts';
import { createIdentities } from './identities.ts';
import { createLately } from './lately.ts';
import type { Pending } from './pending.ts';
import { createPost } from './post.ts';
import { createPreview } from './preview.ts';
import { createPublisher, type PublisherLimits } from './publisher.ts';
import { readBack } from './read-back.ts';
import { createRecallRoutes, createRecallsOverdue } from './recalls.ts';
import { createReceipts } from './receipt.ts';
import { createDraftRoutes } from './sign.ts';
import { followStatements } from './statements.ts';
import { createThreads } from './threads.ts';

export interface GatewayOptions {
  readonly kafka: Kafka;
  readonly codec: Codec;
  readonly cursors: CursorCodec;
  readonly directory: CurrentDirectory;
  readonly threads: FollowedThreads;
  readonly verifier: Verifier;
  /** Where the library answers: whoever goes on with a thread needs it. */
  readonly libraryUrl: () => string;
  readonly audit: Audit;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Identities of 24 hours that are held at most, some 170 bytes each. */
  readonly maxIdentities?: number;
  readonly limits?: Partial<PublisherLimits>;
  /** For tests that share a broker. */
  readonly draftsTopic?: string;
  readonly uploadIdleMs?: number;
  readonly recallAnswerMs?: number;
}

/** A send has its answer within this or its outcome is open: publishers are answered within 2 s. */
const sendTimeoutMs = 1_500;
const defaultMaxIdentities = 1_000_000;
const defaultUploadIdleMs = 30_000;
const defaultRecallAnswerMs = 72 * 3_600_000;
const retryDelayMs = 250;
const stalledAfterMs = 2_000;

/** The way in: authenticates, validates, encodes, produces. */
export async function startGateway(options: GatewayOptions): Promise<Service> {
  const { kafka, codec, cursors, directory, verifier, audit, log, metrics } = options;
  const topics = catalogue.map(({ topic }) => topic);
  const { clusterId } = await kafka.layout(topics);
  const identities = createIdentities<Pending>(options.maxIdentities ?? defaultMaxIdentities);
  const producer = createProducer(kafka, { sendTimeoutMs });
  const lately = createLately();
  const publisher = createPublisher({
    kafka,
    producer,
    identities,
    log,
    metrics,
    isRecalled: (identity) => options.threads.of(identity)?.recalled !== undefined,
    onKept: ({ identity, record }) => lately.note(identity, record),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const pool = createAcceptPool({ codec, directory, log });
  const drafts = await followDrafts({ kafka, topic: options.draftsTopic ?? draftsTopic, log });
  const statements = await followStatements({ kafka, log });
  const receipts = createReceipts({ kafka, topics, clusterId, cursors, publisher });

  /** Topics read back so far, by lane: a participant publishes into its lane of any of them. */
  const readyTopics = new Map<number, number>();
  let closed = false;
  const readAllBack = async (): Promise<void> => {
    while (!closed) {
      readyTopics.clear();
      try {
        await producer.prepare();
        const ends = await readBack({
          kafka,
          topics,
          identities,
          onKept: lately.note,
          onLaneReady: ({ partition }) => readyTopics.set(partition, (readyTopics.get(partition) ?? 0) + 1),
          learnEnds: (found) => publisher.learnEnds(found),
        });
        metrics.identities.set(identities.size);
        log.info(
          { identities: identities.size, lanes: Object.values(ends).flat().length },
          'lanes read back',
        );
        return;
      } catch (error) {
        log.warn({ err: error }, 'events cannot be taken yet');
        await sleep(retryDelayMs);
      }
    }
  };
  const reading = readAllBack();
  const gateway: Gateway = {
    audit,
    bodies: createBodies(),
    uploadIdleMs: options.uploadIdleMs ?? defaultUploadIdleMs,
    codec,
    directory,
    pool,
    publisher,
    receipts,
    drafts,
    lately,
    threads: createThreads(options.libraryUrl, directory),
    threadStates: options.threads,
    statements,
    recallAnswerMs: options.recallAnswerMs ?? defaultRecallAnswerMs,
    verifier,
    log,
    metrics,
    laneReady: (partition) => readyTopics.get(partition) === topics.length,
  };
  metrics.onScrape(tellOverdue(metrics.recallsOverdue, createRecallsOverdue(gateway)), overdueEveryMs);
  const post = createPost(gateway);
  const preview = createPreview(gateway);

  return {
    name: 'gateway',
    router: express.Router().use(createDraftRoutes(gateway), createRecallRoutes(gateway)),
    hot: { 'POST /v1/events': post, 'POST /v1/events/preview': preview },
    async checks() {
      const stalled = publisher.stalledMs() > stalledAfterMs;
      const whole =
        [...readyTopics.values()].every((count) => count === topics.length) && readyTopics.size > 0;
      return [
        {
          name: 'gateway.kafka',
          ok: !stalled,
          detail: stalled ? 'a batch waits for its outcome' : 'batches are answered',
        },
        {
          name: 'gateway.identities',
          ok: whole,
          detail: whole ? 'the last 24 hours are known' : 'the last 24 hours are being read back',
        },
        {
          name: 'gateway.schemas',
          ok: codec.ready(),
          detail: codec.ready() ? 'every kind has its schema id' : 'the registry has not been reached',
        },
      ];
    },
    async close() {
      closed = true;
      await reading;
      await pool.close();
      await publisher.close();
      await drafts.close();
      await statements.close();
    },
  };
}
