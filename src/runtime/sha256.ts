// Not by its name: a Node without `hash` could not even say that it is too old.
import * as crypto from 'node:crypto';

/** SHA-256 by the platform: 64 lower-case hexadecimal characters. */
export const sha256 = (bytes: Uint8Array): string => crypto.hash('sha256', bytes, 'hex');
