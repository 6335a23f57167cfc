import type {
  Audit,
  Codec,
  CurrentDirectory,
  CursorCodec,
  Kafka,
  KnownThreads,
  Log,
  Metrics,
  Service,
  Verifier,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import { createCatchUp } from './catch-up.ts';
import { createDeliveries } from './deliveries.ts';
import { startFeed } from './feed.ts';
import { createPage } from './page.ts';
import { hasChanged } from './reader-changed.ts';
import { createStream, type StreamContext } from './stream.ts';
import { createSubscribers } from './subscribers.ts';

export interface FeedsOptions {
  readonly kafka: Kafka;
  readonly codec: Codec;
  readonly cursors: CursorCodec;
  readonly directory: CurrentDirectory;
  readonly threads: KnownThreads;
  readonly verifier: Verifier;
  readonly audit: Audit;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Newest events held in memory. */
  readonly ringBytes?: number;
  /** A quiet stream gets a comment this often, and every second time a cursor. */
  readonly beatMs?: number;
  /** A reader that has not taken what waits for it within this is cut off; it has its cursor and resumes. */
  readonly stalledAfterMs?: number;
}

const defaultBeatMs = 15_000;
const defaultStalledAfterMs = 15_000;
/** Whoever is out is out within five seconds, streams included. */
const readersEveryMs = 1_000;
/** No answer of the broker to a long poll for this long: the feed is not live. */
const silentAfterMs = 3_000;

/** The way out: streams and pages, live and from history, without a database. */
export async function startFeeds(options: FeedsOptions): Promise<Service> {
  const {
    kafka,
    codec,
    cursors,
    directory,
    threads,
    verifier,
    log,
    metrics,
    beatMs = defaultBeatMs,
  } = options;
  const topics = catalogue.map(({ topic }) => topic);
  const { clusterId } = await kafka.layout(topics);
  const deliveries = createDeliveries(options.audit);
  const subscribers = createSubscribers({ clusterId, cursors, directory, threads, deliveries, metrics });
  const open: StreamContext['open'] = new Map();
  const feed = await startFeed({
    kafka,
    codec,
    topics,
    log,
    metrics,
    threads,
    onEvent: subscribers.take,
    onPiece: subscribers.flush,
    onLost: (lanes) => {
      for (const stream of [...open.values()]) stream.lose(lanes);
    },
    ...(options.ringBytes === undefined ? {} : { ringBytes: options.ringBytes }),
  });
  const context: StreamContext = {
    feed,
    kafka,
    cursors,
    directory,
    threads,
    catchUp: createCatchUp(feed, kafka),
    subscribers,
    deliveries,
    verifier,
    log,
    metrics,
    beatMs,
    stalledAfterMs: options.stalledAfterMs ?? defaultStalledAfterMs,
    open,
  };
  let known = directory.current();
  /** Who has left the directory, or is another in it than when the stream began, does not go on with it. */
  const lookAtReaders = setInterval(() => {
    const today = directory.current();
    if (today === known) return;
    known = today;
    for (const stream of [...open.values()]) if (hasChanged(stream.reader, today)) stream.end('reader');
  }, readersEveryMs);
  let beats = 0;
  const beat = setInterval(() => {
    beats += 1;
    subscribers.beat(feed.position(), beats % 2 === 0);
  }, beatMs);

  return {
    name: 'feeds',
    hot: { 'GET /v1/events/stream': createStream(context), 'GET /v1/events': createPage(context) },
    async checks() {
      const silentMs = Date.now() - feed.lastAnswer();
      const ok = silentMs < silentAfterMs;
      return [
        {
          name: 'feeds.kafka',
          ok,
          detail: ok ? 'the lanes are followed' : `no answer of the broker for ${silentMs} ms`,
        },
      ];
    },
    async close() {
      clearInterval(beat);
      clearInterval(lookAtReaders);
      for (const stream of [...open.values()]) stream.end('shutdown');
      await feed.close();
    },
  };
}
