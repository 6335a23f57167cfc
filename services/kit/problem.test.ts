import { describe, expect, test } from 'vitest';
import { RegistryUnavailableError } from './codec.ts';
import { KafkaError } from './kafka/errors.ts';
import {
  asProblem,
  languageOf,
  type ProblemCode,
  ProblemError,
  problemAnswer,
  problemDocument,
  problems,
} from './problem.ts';
import { lacksScope, SignInError } from './sign-in.ts';

const codes = Object.keys(problems) as ProblemCode[];

describe('the list of problems', () => {
  test.each(codes)('%s has a stable code, an HTTP status, and a title in both languages', (code) => {
    const [status, en, es] = problems[code];
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 500, 503]).toContain(status);
    expect(es).not.toBe(en);
    for (const title of [en, es]) expect(title).toMatch(/^\p{Lu}.*[^.]$/u);
  });
});

describe('a problem document', () => {
  test('follows RFC 9457, in the language asked for', () => {
    const error = new ProblemError('invalid', {
      detail: 'more of it',
      violations: [{ pointer: '/tlp', rule: 'enum', message: 'm', allowed: ['CLEAR'] }],
      members: { outcome: 'unknown' },
    });
    expect(problemDocument(error, 'es')).toEqual({
      type: 'urn:puebla:problem:invalid',
      title: 'El evento no cumple el contrato',
      status: 422,
      code: 'invalid',
      detail: 'more of it',
      violations: [{ pointer: '/tlp', rule: 'enum', message: 'm', allowed: ['CLEAR'] }],
      outcome: 'unknown',
    });
    expect(problemDocument(error)['title']).toBe('The event breaks the contract');
  });

  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['es', 'es'],
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['en-US,es;q=0.5', 'en'],
    ['fr-CA', 'en'],
    ['ES', 'es'],
  ])('%j asks for %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  test('its answer has the length of its bytes, and what the status asks for', () => {
    const { headers, body } = problemAnswer(new ProblemError('unavailable', { retryAfterSeconds: 2 }), 'es');
    expect(headers).toMatchObject({
      'Content-Type': 'application/problem+json',
      'Content-Language': 'es',
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      'Retry-After': '2',
    });
    const challenge = (code: ProblemCode) =>
      problemAnswer(new ProblemError(code)).headers['WWW-Authenticate'];
    expect(challenge('token-required')).toBe('Bearer realm="puebla"');
    expect(challenge('token-expired')).toBe('Bearer realm="puebla", error="invalid_token"');
    expect(challenge('not-permitted')).toBeUndefined();
  });
});

describe('any error as a problem', () => {
  test('what is not ours is internal, without its text', () => {
    const strangers = [
      new Error('secret'),
      new RangeError('secret'),
      Object.assign(new Error('secret'), { code: 'not-found' }),
      Object.assign(new Error('secret'), { status: 500 }),
      'secret',
      undefined,
      { code: 'invalid', message: 'secret' },
    ];
    for (const error of strangers) {
      const problem = asProblem(error);
      expect(problem.code).toBe('internal');
      expect(JSON.stringify(problemDocument(problem))).not.toContain('secret');
    }
  });

  test('a dependency that does not answer is 503, to be asked again', () => {
    const gone = [
      new KafkaError('kafka-unreachable', 'connect ECONNREFUSED 10.0.0.1'),
      new RegistryUnavailableError('no schema id'),
      new SignInError('sign-in-unavailable', 'the keys cannot be had'),
    ].map(asProblem);
    expect(gone.map(({ status, details }) => [status, details.retryAfterSeconds])).toEqual(
      Array(3).fill([503, 2]),
    );
    expect(JSON.stringify(gone.map((problem) => problemDocument(problem)))).not.toMatch(/ECONN|10\.0/);
  });

  test('a problem is itself, a token at fault is 401', () => {
    const own = new ProblemError('id-conflict');
    expect(asProblem(own)).toBe(own);
    expect(asProblem(new SignInError('token-expired', 'expired'))).toMatchObject({
      status: 401,
      code: 'token-expired',
    });
    const lacks = asProblem(lacksScope('publish'));
    expect(lacks).toMatchObject({ status: 403, code: 'insufficient-scope' });
    expect(problemAnswer(lacks).headers['WWW-Authenticate']).toBe(
      'Bearer realm="puebla", error="insufficient_scope", scope="publish"',
    );
    expect(asProblem(Object.assign(new URIError('malformed'), { status: 400 })).code).toBe('bad-request');
  });
});

test.each([
  ['entity.parse.failed', 'bad-json'],
  ['entity.too.large', 'too-large'],
  ['encoding.unsupported', 'media-type'],
  ['charset.unsupported', 'media-type'],
  ['entity.verify.failed', 'bad-request'],
  ['something.else', 'internal'],
])('what a parser of bodies refuses as %s is %s, whichever service asked it', (type, code) => {
  expect(asProblem(Object.assign(new Error('a body'), { type })).code).toBe(code);
});
