import { type ProblemCode, problems } from '@puebla/kit';
import { expect } from 'vitest';
import { askAgain } from '../../services/kit/ask-again.ts';
import type { TestExchange } from '../exchange.ts';

export type Json = Record<string, unknown>;

export const types = {
  structured: 'application/cloudevents+json',
  batch: 'application/cloudevents-batch+json',
  lines: 'application/x-ndjson',
  json: 'application/json',
} as const;

/** Checks that an answer is this problem, whole and clean, and gives its document. */
export async function expectProblem(answer: Response, code: ProblemCode): Promise<Json> {
  const text = await answer.text();
  const [status] = problems[code];
  expect([answer.status, text]).toEqual([status, expect.stringContaining(`"code":"${code}"`)]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expectClean(text);
  return JSON.parse(text) as Json;
}

/** Nothing of the inside: no stack, no file, no library's words. */
export function expectClean(text: string): void {
  expect(text).not.toMatch(
    /\bat \S+ \(|node_modules|\.ts:\d|file:\/\/|ECONN|SyntaxError|TypeError|RangeError|Unexpected token|avsc|undefined/,
  );
}

/** One NDJSON upload and its answer, a value a line. */
export async function uploadLines(
  exchange: Pick<TestExchange, 'url'>,
  token: string,
  body: string | Uint8Array<ArrayBuffer>,
  options: { query?: string; headers?: Record<string, string> } = {},
): Promise<Json[]> {
  const answer = await fetch(`${exchange.url}/v1/events${options.query ?? ''}`, {
    method: 'POST',
    body,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': types.lines, ...options.headers },
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, types.lines]);
  return parseLines(await answer.text());
}

export function parseLines(text: string): Json[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

export function linesOf(events: readonly unknown[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** Asks again while the library is behind, as it says itself (503): other tests may have given it much to do. */
export async function whenApplied(ask: () => Promise<Response>): Promise<Response> {
  return askAgain(150_000, ask);
}

/** Posts as an agency, or a person in it; again while the library is behind. */
export async function postAs(exchange: TestExchange, who: string, event: Json): Promise<Response> {
  const token = await exchange.token(who);
  return whenApplied(() => exchange.post(token, event));
}

/** Its address, once it is kept. */
export async function keptBy(exchange: TestExchange, who: string, event: Json): Promise<string> {
  const answer = await postAs(exchange, who, event);
  const text = await answer.text();
  expect([answer.status, text]).toEqual([201, expect.any(String)]);
  return (JSON.parse(text) as { address: string }).address;
}

export const portOf = ({ url }: Pick<TestExchange, 'url'>): number => Number(new URL(url).port);

/** `<agency>/<id>` of what is at this address. */
export function nameIn(address: string): string {
  return address.slice('/v1/events/'.length);
}
