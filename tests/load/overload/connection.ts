import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection was cut before it was whole. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** One keep-alive connection on a bare socket, one request at a time; it connects again when it was closed. */
export function openConnection(port: number, token: string) {
  let socket: Socket | undefined;
  let waiting: ((answer: RawAnswer) => void) | undefined;
  let got = '';

  const tell = (answer: RawAnswer): void => {
    const done = waiting;
    waiting = undefined;
    got = '';
    done?.(answer);
  };
  const take = (text: string): void => {
    got += text;
    const end = got.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = got.slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (got.length < end + 4 + length) return;
    tell({ status: Number(head.slice(9, 12)), head, body: got.slice(end + 4) });
  };
  const connected = (): Socket => {
    if (socket !== undefined && !socket.destroyed && socket.writable) return socket;
    const fresh = connect({ port, host: '127.0.0.1', noDelay: true });
    socket = fresh;
    fresh.setEncoding('latin1').on('data', take);
    fresh.on('error', () => fresh.destroy());
    fresh.on('close', () => {
      if (socket === fresh) tell({ status: 0, head: '', body: '' });
    });
    return fresh;
  };

  return {
    post(type: string, body: string, done: (answer: RawAnswer) => void): void {
      waiting = done;
      connected().write(
        `POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n` +
          `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    },
    close(): void {
      socket?.destroy();
    },
  };
}
