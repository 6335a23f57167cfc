import { connect, type Socket } from 'node:net';
import type { Target } from './target.ts';

/** A subscriber on a bare socket: `onText` takes what comes, head included. Resolves when the stream has begun. */
export function subscribe(
  target: Pick<Target, 'port' | 'token'>,
  query: string,
  onText: (text: string) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: target.port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    socket.on('connect', () =>
      socket.write(
        `GET /v1/events/stream${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${target.token}\r\n\r\n`,
      ),
    );
    socket.once('data', (text: string) => {
      if (text.startsWith('HTTP/1.1 200')) resolve(socket);
      else reject(new Error(text.slice(0, 300)));
    });
    socket.on('data', onText).on('error', reject);
  });
}
