import { expect, test } from 'vitest';
import { mayOperate } from './operator.ts';

const token = 'a-token-of-operators';
const ask = (operatorToken: string | undefined, remoteAddress: string, authorization?: string) => {
  const headers = { host: 'localhost:8080', ...(authorization !== undefined && { authorization }) };
  const trust = { authenticate: undefined, operatorToken };
  return mayOperate({ socket: { remoteAddress }, headers }, trust, 'read');
};

test.each([
  ['127.0.0.1', undefined, true],
  ['::1', undefined, true],
  ['::ffff:127.0.0.1', undefined, true],
  ['10.0.0.7', undefined, false],
  ['::ffff:10.0.0.7', undefined, false],
  ['10.0.0.7', `Bearer ${token}`, true],
  ['10.0.0.7', `Bearer ${token}x`, false],
  ['10.0.0.7', token, false],
])('from %s with %s: %s', async (address, authorization, expected) => {
  expect(await ask(token, address, authorization)).toBe(expected);
});

test('where there is no token nobody elsewhere has it', async () => {
  expect(await ask(undefined, '10.0.0.7', 'Bearer undefined')).toBe(false);
});

test.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via', 'origin'])(
  'with %s a request is not from the machine itself, whatever it says; with the token it is an operator’s',
  async (name) => {
    for (const value of ['for=127.0.0.1', '']) {
      const asked = { socket: { remoteAddress: '127.0.0.1' }, headers: { host: 'localhost', [name]: value } };
      const trust = { authenticate: undefined, operatorToken: token };
      expect(await mayOperate(asked, trust, 'read')).toBe(false);
      const headers = { ...asked.headers, authorization: `Bearer ${token}` };
      expect(await mayOperate({ ...asked, headers }, trust, 'read')).toBe(true);
    }
  },
);

test.each([
  ['localhost', true],
  ['127.0.0.1:8080', true],
  ['[::1]:8080', true],
  ['exchange.example:8080', false],
  ['127.0.0.1.example', false],
  ['localhost.example', false],
  ['', false],
  [undefined, false],
])(
  'a page that reaches this machine by a name of its own is not the machine: Host %s is %s',
  async (host, expected) => {
    const headers = host === undefined ? {} : { host };
    const trust = { authenticate: undefined, operatorToken: token };
    expect(await mayOperate({ socket: { remoteAddress: '127.0.0.1' }, headers }, trust, 'read')).toBe(
      expected,
    );
  },
);
