/** SHA-256 by the platform, whose module is loaded with the first call: 64 lower-case hexadecimal characters. */
export const sha256 = (bytes: Uint8Array): string =>
  process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'hex');
