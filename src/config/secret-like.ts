import { HIDDEN } from '../core/index.ts';

const SECRET_LIKE = /pass|pwd|webhook|secret|token|credential|auth|private|(?:^|[._])(?:key|url|uri|dsn)s?(?:$|[._])/i;

/**
 * What an error may show of the value of a setting: nothing where the name says that a secret stands there. Somebody may have
 * written the secret itself where its file belongs.
 *
 * @param name - dotted, in snake_case.
 */
export function shownValue(name: string, value: unknown): unknown {
  return SECRET_LIKE.test(name) && value !== null && value !== undefined ? HIDDEN : value;
}
