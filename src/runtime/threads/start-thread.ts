import { setFlagsFromString } from 'node:v8';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { threadEntry } from './thread-entry.ts';

/** Versions as in `process.versions`. */
type Versions = Readonly<Record<string, string | undefined>>;

/**
 * Whether V8 may end the process when it collects machine code of WebAssembly while a thread loads TypeScript: V8 13.6, the one of
 * Node 24. Bun gives the version of Node 24 too, and has another engine. See docs/decisions/0026-wasm-code.md.
 */
export function crashesOnWasmCodeGc({ v8 = '', bun }: Versions): boolean {
  return /^13\.6\..*-node/.test(v8) && bun === undefined;
}

/**
 * Starts a thread of this package from a file beside `moduleUrl`.
 *
 * @param path - relative path of the file, without its ending. @param workerData - as in `node:worker_threads`.
 * @param resourceLimits - as in `node:worker_threads`.
 * @throws {Ml4tError} `MISSING_PART` where the file is not there.
 */
export function startThread(
  moduleUrl: string,
  path: string,
  workerData?: unknown,
  resourceLimits?: ResourceLimits,
): Worker {
  const entry = threadEntry(moduleUrl, path);
  if (crashesOnWasmCodeGc(process.versions)) setFlagsFromString('--no-wasm-code-gc'); // for the whole process, at once
  return new Worker(entry, { workerData, resourceLimits });
}
