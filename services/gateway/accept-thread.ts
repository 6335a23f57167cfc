import { parentPort, workerData } from 'node:worker_threads';
import { createEncoder, currentDirectory, ProblemError } from '@puebla/kit';
import type { Register } from '@puebla/schemas';
import { ThreadNeeded } from './accept.ts';
import { acceptJob, type Job } from './accept-job.ts';
import { joined, type Outcome, type Piece, type PieceDone } from './accept-piece.ts';

/** Accepts events beside the thread that serves requests and writes the log; `accept-pool.ts` starts it and hears from it. */

if (parentPort === null) throw new Error('this file is run as a worker thread');
const port = parentPort;
const { schemaIds, register } = workerData as { schemaIds: Record<string, number>; register: Register };
const codec = createEncoder(schemaIds);
let directory = currentDirectory(register);

port.on('message', (message: Piece | Register) => {
  if (!('jobs' in message)) {
    directory = currentDirectory(message);
    return;
  }
  const { jobs, lengths, bytes } = message;
  const bodies = Buffer.from(bytes);
  const contents: Buffer[] = [];
  let at = 0;
  const outcomes = jobs.map((job, index): Outcome => {
    const end = at + (lengths[index] ?? 0);
    const body = bodies.subarray(at, end);
    at = end;
    return outcomeOf(job, body, contents);
  });
  const done: PieceDone = { outcomes, bytes: joined(contents) };
  port.postMessage(done, [done.bytes]);
});

port.postMessage('ready');

function outcomeOf(job: Job, body: Buffer, contents: Buffer[]): Outcome {
  try {
    const accepted = acceptJob(job, body, codec, directory.current());
    const { kind, id, event, signer, reviewer, lapsed, confirmed, handling } = accepted;
    const { content, topic, partition } = event.record;
    contents.push(content);
    return {
      kind: kind.name,
      id,
      digest: event.digest,
      topic,
      partition,
      length: content.length,
      signer,
      reviewer,
      ...(lapsed && { lapsed }),
      ...(confirmed && { confirmed }),
      ...(handling && { handling }),
    };
  } catch (error) {
    if (error instanceof ThreadNeeded) return { kind: error.kind, refersTo: error.refersTo };
    if (error instanceof ProblemError) return { code: error.code, details: error.details };
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
