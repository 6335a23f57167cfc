import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Check, ProblemError } from '@puebla/kit';
import type { Request, RequestHandler } from 'express';
import sirv from 'sirv';

/** What `npm run build -w services/console` makes of `web/`. */
const built = join(import.meta.dirname, 'dist');
const index = join(built, 'index.html');

/** A script or a picture from elsewhere, one in the page's text, a page around ours: none of it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const pageHeaders = {
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
} as const;

function setPageHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
}

/** By a browser: it asks for HTML before all else. Whatever is under `/v1` is asked for by programs. */
function isOpened(request: Request): boolean {
  const { method, path } = request;
  if (!['GET', 'HEAD'].includes(method) || /^\/(?:console\/)?v1(?:\/|$)/.test(path)) return false;
  return request.accepts(['application/problem+json', 'application/json', 'text/html']) === 'text/html';
}

export interface Page {
  /** Answers the page at its addresses, and its parts; for what it has not: ProblemError. */
  readonly handler: RequestHandler;
  /** For somebody who opens an address that nobody has: the page, which says so. Programs are told by a problem. */
  readonly notFound: RequestHandler;
  check(): Check;
}

/** The page, as files. Its text is the same for everybody: what is somebody's own it asks for. */
export function createPage(): Page {
  const files = sirv(built, {
    etag: true,
    gzip: true,
    brotli: true,
    single: true,
    setHeaders(response, path) {
      setPageHeaders(response);
      const forever = path.startsWith('/assets/');
      response.setHeader('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return {
    handler: (request, response) =>
      files(request, response, () => {
        throw new ProblemError('not-found');
      }),
    notFound: (request, response, next) => {
      if (!isOpened(request) || !existsSync(index)) {
        next();
        return;
      }
      setPageHeaders(response);
      response.set({ 'Cache-Control': 'no-store', Vary: 'Accept' });
      response.status(404).sendFile(index);
    },
    check: () => {
      const ok = existsSync(index);
      return {
        name: 'console.page',
        ok,
        detail: ok ? 'the page is built' : 'the page is not built: npm start builds it',
      };
    },
  };
}
