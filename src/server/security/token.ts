import { createHash, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../problem.ts';

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

// Made once: an error with its stack would be most of the cost of a refusal.
const UNAUTHORIZED = new RequestError(
  'UNAUTHORIZED',
  'send the token of this service in the header "Authorization: Bearer ..."',
  { 'www-authenticate': 'Bearer' },
);

/**
 * Makes a check of the bearer token that takes the same time for every wrong token.
 *
 * @returns a check of the `Authorization` header; it throws a {@link RequestError} `UNAUTHORIZED`.
 */
export function tokenCheck(token: string): (authorization: string | undefined) => void {
  const expected = digest(token);
  return (authorization) => {
    const given = BEARER.exec(authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    throw UNAUTHORIZED;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
