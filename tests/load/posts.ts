import { alertBodies } from '../exchange.ts';
import { loadPosts } from './load.ts';
import { type Result, resultOf } from './report.ts';

const rounds = 3;
const warmUpSeconds = 4;
/** The speed of a rented machine drifts within seconds. */
const sliceSeconds = 0.5;

export interface PostTarget {
  /** Begins the names of its results, as in `floor.post.c1`. */
  readonly name: string;
  readonly port: number;
}

let run = 0;

/**
 * Single POSTs of the same event at each number of connections, the floor and the target by turns, a slice of time each: a round's
 * figure is the mean of its slices, and is compared with the floor of the same round.
 */
export async function measurePosts(options: {
  readonly floor: PostTarget;
  readonly target: PostTarget;
  readonly connectionCounts: readonly number[];
  readonly seconds: number;
  readonly token: string;
}): Promise<Result[]> {
  const { floor, target, connectionCounts, seconds } = options;
  const headers = {
    'Content-Type': 'application/cloudevents+json',
    Authorization: `Bearer ${options.token}`,
  };
  const bodyOf = alertBodies();
  const load = async (port: number, connections: number, forSeconds: number): Promise<number> => {
    run += 1;
    const prefix = `bench-${run}`;
    const body = (n: number): string => bodyOf(`${prefix}-${n}`);
    const result = await loadPosts({ port, connections, seconds: forSeconds, headers, body });
    const [failure] = Object.entries(result.failed);
    if (failure !== undefined) throw new Error(`${failure[1]} answers were ${failure[0]}`);
    return result.perSecond;
  };
  const inTurns = async (connections: number): Promise<readonly [ofFloor: number, ofTarget: number]> => {
    const slices = Math.max(1, Math.round(seconds / sliceSeconds));
    let [ofFloor, ofTarget] = [0, 0];
    for (let slice = 0; slice < slices; slice += 1) {
      ofFloor += await load(floor.port, connections, seconds / slices);
      ofTarget += await load(target.port, connections, seconds / slices);
    }
    return [ofFloor / slices, ofTarget / slices];
  };
  const warmUp = async (connections: number): Promise<void> => {
    for (const { port } of [floor, target]) await load(port, connections, warmUpSeconds);
  };
  await warmUp(128);
  const results: Result[] = [];
  for (const connections of connectionCounts) {
    // An event that comes alone takes another way than those that come together.
    await warmUp(connections);
    const ofFloor: number[] = [];
    const ofTarget: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      console.error(`${target.name}: ${connections} connections, round ${round} of ${rounds}`);
      const [rateOfFloor, rateOfTarget] = await inTurns(connections);
      ofFloor.push(rateOfFloor);
      ofTarget.push(rateOfTarget);
    }
    const shares = ofTarget.map((rate, round) => (100 * rate) / (ofFloor[round] ?? rate));
    results.push(
      resultOf(`${floor.name}.post.c${connections}`, 'requests/s', ofFloor),
      resultOf(`${target.name}.post.c${connections}`, 'requests/s', ofTarget),
      resultOf(`${target.name}.share.c${connections}`, '% of the floor', shares),
    );
  }
  return results;
}
