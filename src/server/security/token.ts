import { createHash, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../problem.ts';

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

/**
 * Compares what a request carries with the token, in a time that tells nothing of it.
 *
 * @returns a check of the `Authorization` header; it throws a {@link RequestError} `UNAUTHORIZED`.
 */
export function tokenCheck(token: string): (authorization: string | undefined) => void {
  const expected = digest(token);
  return (authorization) => {
    const given = BEARER.exec(authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    const sentence = 'this service wants its token in the header "Authorization: Bearer ..."';
    throw new RequestError('UNAUTHORIZED', sentence, { 'www-authenticate': 'Bearer' });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
