import { createRequire } from 'node:module';
import { Ml4tError } from '../core/index.ts';

/** A part of the program whose packages are installed only by those who use it. */
export interface OptionalPart {
  /** What it is for, to follow "packages for". */
  readonly purpose: string;
  /** Its packages, each with the version that `npm i` is given. */
  readonly packages: Readonly<Record<string, string>>;
}

export const OPTIONAL_PARTS = {
  server: {
    purpose: 'answering over HTTP and WebSocket',
    packages: {
      fastify: '5',
      '@fastify/helmet': '13',
      '@fastify/websocket': '11',
      'prom-client': '15',
      'hyparquet-writer': '0.17', // `GET /v1/export/decisions`: a service that cannot write its tables says so when it starts
    },
  },
  redis: { purpose: 'messages over Redis', packages: { ioredis: '6', '@msgpack/msgpack': '3' } },
  queue: { purpose: 'training on other machines', packages: { bullmq: '6', ioredis: '6' } },
  logs: { purpose: 'a log in JSON', packages: { pino: '10' } },
  report: { purpose: 'a report with charts', packages: { echarts: '6' } },
  feather: {
    purpose: 'reading Arrow files (feather)',
    packages: { '@uwdata/flechette': '2.3', '@foxglove/wasm-lz4': '1' },
  },
  zip: { purpose: 'reading zip archives', packages: { yauzl: '3' } },
  parquet: { purpose: 'reading Parquet', packages: { '@duckdb/node-api': '1.5.6-r.1' } },
  tables: { purpose: 'writing Parquet', packages: { 'hyparquet-writer': '0.17' } },
} as const satisfies Readonly<Record<string, OptionalPart>>;
export type PartName = keyof typeof OPTIONAL_PARTS;

/** Whether a package can be found from here. */
export type IsInstalled = (name: string) => boolean;

/** The command that installs packages, `npm i fastify@5 ...`, each once. @param packages - name and version of each. */
export function installLine(packages: Iterable<readonly [name: string, version: string]>): string {
  return `npm i ${[...new Map(packages)].map(([name, version]) => `${name}@${version}`).join(' ')}`;
}

/** The packages of parts, each with its version. */
export function packagesOf(parts: Iterable<PartName>): [name: string, version: string][] {
  return [...parts].flatMap((part) => Object.entries<string>(OPTIONAL_PARTS[part].packages));
}

/**
 * Checks before any work that all packages of some parts are there, so that one sentence names all that are not.
 *
 * @throws {Ml4tError} `MISSING_PART` with the command that installs them.
 */
export function requireParts(parts: readonly PartName[], isInstalled: IsInstalled = canBeFound): void {
  const missing = packagesOf(parts).filter(([name]) => !isInstalled(name));
  if (missing.length === 0) return;
  const names = new Set(missing.map(([name]) => name));
  const lacking = parts.filter((part) => Object.keys(OPTIONAL_PARTS[part].packages).some((name) => names.has(name)));
  const purposes = lacking.map((part) => OPTIONAL_PARTS[part].purpose).join(', ');
  throw new Ml4tError('MISSING_PART', `packages for ${purposes} are not installed; run ${installLine(missing)}`);
}

/**
 * Loads code that needs the packages of a part.
 *
 * @throws {Ml4tError} `MISSING_PART` with the command that installs what is missing. Any other failure stays as it is.
 */
export async function loadPart<T>(part: PartName, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const name = absentPackage(cause);
    if (name !== null && name in OPTIONAL_PARTS[part].packages)
      requireParts([part], (other) => other !== name && canBeFound(other));
    throw cause;
  }
}

/** Name of the package that an import did not find, or null for another failure. */
function absentPackage(error: unknown): string | null {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND') return null;
  return /^Cannot find package '([^']+)'/.exec(message)?.[1] ?? null;
}

function canBeFound(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (error) {
    // Another code means that the package is there, for `import` alone.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}
