/** Stands for a received value that no error may show or keep, because it may be a secret. */
export const HIDDEN: unique symbol = Symbol('a value that is not shown');

// Greedy up to the last @, because a password may have one that is not encoded.
const CREDENTIALS = /\b([a-z][a-z\d+.-]*:\/\/)\S*@/gi;

/** The text with `***` in place of user and password of every URL. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1***@');
}
