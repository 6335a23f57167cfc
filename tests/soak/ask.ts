import { type Agent, type RequestOptions, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request. @throws Error when the connection was cut, or no byte came for `timeoutMs` */
export function ask(
  url: string,
  options: RequestOptions & { readonly agent: Agent; readonly timeoutMs: number },
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(url, options, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (piece: string) => {
        text += piece;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body: text }));
      res.on('error', reject);
    });
    req.setTimeout(options.timeoutMs, () => req.destroy(new Error('no answer in time')));
    req.on('error', reject);
    req.end(body);
  });
}
