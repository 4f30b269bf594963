/** (n,) zeros on shared memory, which threads read without a copy. */
export function sharedFloats(n: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(8 * n));
}

/** (n,) zeros on shared memory. */
export function sharedIntegers(n: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * n));
}

/** (n,) zeros on shared memory. */
export function sharedBytes(n: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(n));
}

/** (n,) zeros on shared memory. */
export function sharedTimes(n: number): BigInt64Array<SharedArrayBuffer> {
  return new BigInt64Array(new SharedArrayBuffer(8 * n));
}

/** (n,) zeros on shared memory. */
export function sharedSigned(n: number): Int8Array<SharedArrayBuffer> {
  return new Int8Array(new SharedArrayBuffer(n));
}
