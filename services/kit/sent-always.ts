/** Headers of every answer. A hot route writes them with its own: Node is slower where some were set before. */
export const sentAlways = { 'X-Content-Type-Options': 'nosniff' } as const;
