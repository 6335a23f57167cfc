import type { ServerResponse } from 'node:http';
import { sentAlways } from '@puebla/kit';

/** Answers of one batch are written together: one by one, each would wake the client's side of the network anew. */
let unwritten: (() => void)[] = [];

function writeSoon(write: () => void): void {
  if (unwritten.push(write) > 1) return;
  queueMicrotask(() => {
    const writes = unwritten;
    unwritten = [];
    for (const one of writes) one();
  });
}

const jsonHeaders = Object.entries({
  ...sentAlways,
  'Content-Type': 'application/json',
  'Cache-Control': 'private, no-store',
}).flat();

/** @param headers further ones, name and value by turns */
export function sendJson(
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: readonly string[] = [],
): void {
  const body = JSON.stringify(value);
  writeSoon(() => {
    res.writeHead(status, [...jsonHeaders, 'Content-Length', String(Buffer.byteLength(body)), ...headers]);
    res.end(body);
  });
}
