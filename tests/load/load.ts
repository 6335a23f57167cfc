import { connect } from 'node:net';

/**
 * Closed-loop load of single POSTs over keep-alive connections, on bare sockets so that the generator costs little beside
 * what it measures. Each request carries its own event id.
 */
export interface LoadResult {
  readonly perSecond: number;
  /** Answers by status, as far as they were not 201. */
  readonly failed: Readonly<Record<string, number>>;
}

export async function loadPosts(options: {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the n-th request. */
  readonly body: (n: number) => string;
}): Promise<LoadResult> {
  const { port, connections, seconds, headers, body } = options;
  const head = `POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}`;
  const failed: Record<string, number> = {};
  let sent = 0;
  let answered = 0;
  const began = performance.now();
  const until = began + seconds * 1_000;

  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let answer = '';
      const send = (): void => {
        const text = body(sent++);
        socket.write(`${head}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      };
      socket.setEncoding('latin1');
      socket.on('connect', send).on('error', reject);
      socket.on('data', (chunk: string) => {
        answer += chunk;
        const headEnd = answer.indexOf('\r\n\r\n');
        if (headEnd === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
        if (answer.length < headEnd + 4 + length) return;
        answered += 1;
        const status = answer.slice(9, 12);
        if (status !== '201') failed[status] = (failed[status] ?? 0) + 1;
        answer = '';
        if (performance.now() < until) {
          send();
        } else {
          socket.end();
          resolve();
        }
      });
    });
  await Promise.all(Array.from({ length: connections }, one));
  const elapsed = (performance.now() - began) / 1_000;
  return { perSecond: answered / elapsed, failed };
}
