import { hash } from 'node:crypto';

/** SHA-256 by the platform: 64 lower-case hexadecimal characters. */
export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');
