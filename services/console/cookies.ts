import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';

/**
 * The cookies of the console. Their names carry the port where there is no TLS: a browser gives the cookies of one host to all of its ports, and
 * two exchanges on one machine would sign each other out.
 */
export interface Cookie {
  read(request: Request): string | undefined;
  set(response: Response, value: string, seconds: number): void;
  clear(response: Response): void;
}

const wellFormed = /^[A-Za-z0-9_.-]{1,512}$/;

/**
 * @param sameSite `strict` for a session: the page itself is the same for everybody, and what it asks for comes from it. `lax` for what must
 * come back from an issuer elsewhere.
 */
export function createCookie(name: string, publicUrl: () => string, sameSite: 'strict' | 'lax'): Cookie {
  const named = (): { readonly full: string; readonly secure: boolean } => {
    const { protocol, port } = new URL(publicUrl());
    const secure = protocol === 'https:';
    return { full: secure ? `__Host-${name}` : `${name}-${port || '80'}`, secure };
  };
  const options = (secure: boolean) => ({ httpOnly: true, sameSite, secure, path: '/' }) as const;
  return {
    read(request) {
      const value = parseCookie(request.headers.cookie ?? '')[named().full];
      return value !== undefined && wellFormed.test(value) ? value : undefined;
    },
    set(response, value, seconds) {
      const { full, secure } = named();
      response.cookie(full, value, { ...options(secure), maxAge: seconds * 1_000 });
    },
    clear(response) {
      const { full, secure } = named();
      response.clearCookie(full, options(secure));
    },
  };
}
