/** SHA-256 by the platform, whose module is loaded with the first call: 64 lower-case hexadecimal characters. */
export const sha256 = (content: Uint8Array | string): string =>
  process.getBuiltinModule('node:crypto').hash('sha256', content, 'hex');
