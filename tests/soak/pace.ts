import type { Agent } from 'node:http';

/** The longest time in which nothing came. */
export interface Pace {
  mark(): void;
  longestStallMs(): number;
}

export function createPace(): Pace {
  let last = performance.now();
  let longest = 0;
  return {
    mark() {
      const at = performance.now();
      longest = Math.max(longest, at - last);
      last = at;
    },
    longestStallMs: () => Math.round(longest),
  };
}

/** Destroys every connection of an agent, also those in which a request is under way. */
export function cutAll(agent: Agent): void {
  for (const sockets of Object.values({ ...agent.sockets, ...agent.freeSockets })) {
    for (const socket of [...(sockets ?? [])]) socket.destroy();
  }
}
