/**
 * Subscribers that read a few KB a second, every other one nothing at all, in a process of their own: `slow-subscribers.ts PORT COUNT`,
 * the token in PUEBLA_TOKEN. Whoever finds itself cut off comes back a second later. Tells its parent `{ready}`; ends with it, or when told.
 */
import { connect, type Socket } from 'node:net';

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const token = process.env['PUEBLA_TOKEN'] ?? '';
const bytesASecond = 4_096;
const backAfterMs = 1_000;
const ask = `GET /v1/events/stream?kind=alert HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;

const sockets = new Map<number, Socket>();

function open(place: number): void {
  const socket = connect({ port, host: '127.0.0.1' });
  sockets.set(place, socket);
  socket.on('connect', () => socket.write(ask));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    setTimeout(() => open(place), backAfterMs);
  });
}

for (let place = 0; place < count; place += 1) open(place);
setInterval(() => {
  // Without a listener for data a socket keeps what came until it is asked.
  for (const [place, socket] of sockets) if (place % 2 === 0) socket.read(bytesASecond) ?? socket.read();
}, 1_000);
setTimeout(() => process.send?.({ ready: true }), 2_000);
process.once('disconnect', () => process.exit(0));
