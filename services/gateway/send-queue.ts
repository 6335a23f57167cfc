import type { Pending } from './pending.ts';

export interface QueueLimits {
  /** Events waiting to be sent; beyond it publishers are told 429 before memory grows. */
  readonly maxQueuedEvents: number;
  readonly maxQueuedBytes: number;
  /** One request to the broker: its answer comes back in one piece, and a lane's part stays under the broker's limit. */
  readonly maxBatchEvents: number;
  readonly maxBatchBytes: number;
}

/** Events that wait for the batch under way to end, in the order in which they came. */
export function createSendQueue(limits: QueueLimits) {
  let items: Pending[] = [];
  let bytes = 0;

  return {
    hasRoom: (more: Pending): boolean =>
      items.length < limits.maxQueuedEvents && bytes + more.bytes <= limits.maxQueuedBytes,
    push(item: Pending): void {
      items.push(item);
      bytes += item.bytes;
    },
    /** The next batch; a lone event over its bound still goes. */
    takeBatch(): Pending[] {
      let batchBytes = 0;
      let count = 0;
      while (count < items.length && count < limits.maxBatchEvents) {
        batchBytes += items[count]?.bytes ?? 0;
        if (count > 0 && batchBytes > limits.maxBatchBytes) break;
        count += 1;
      }
      const taken = items.slice(0, count);
      items = items.slice(count);
      for (const item of taken) bytes -= item.bytes;
      return taken;
    },
    takeAll(): Pending[] {
      const taken = items;
      items = [];
      bytes = 0;
      return taken;
    },
    get oldest(): Pending | undefined {
      return items[0];
    },
    get length(): number {
      return items.length;
    },
  };
}
