import { fileURLToPath } from 'node:url';
import { ensurePython, installedPython } from '../../scripts/python-parts.mjs';

/** A version of NautilusTrader that this program is tried with. */
export interface NautilusVersion {
  readonly version: string;
  /** 1: `TradingNode`, 2: `LiveNode`. */
  readonly generation: 1 | 2;
}

/** The oldest tried, the last of 1.x, and the newest of 2.x. */
export const NAUTILUS_VERSIONS: readonly NautilusVersion[] = [
  { version: '1.221.0', generation: 1 },
  { version: '1.231.0', generation: 1 },
  { version: '2.0.0rc6', generation: 2 },
];

/** Those that one run of the tests prefers, the best first: the last of 1.x is what most nodes are. */
const PREFERRED: readonly string[] = ['1.231.0', '2.0.0rc6', '1.221.0'];

/** Environment variable with the versions to run, by commas; absent for the first preferred one that is installed. */
export const VERSIONS_VARIABLE = 'NAUTILUS_VERSIONS';

const environmentOf = (version: string) => ({
  name: `nautilus-${version}`,
  requirements: fileURLToPath(new URL(`requirements/${version}.txt`, import.meta.url)),
});

/** Path of the Python that has a version; null where it is not installed. */
export function nautilusPython(version: string): string | null {
  return installedPython(environmentOf(version));
}

/** Installs a version where it is missing. @returns the path of its Python; null where it cannot be had here. */
export function ensureNautilus(version: string, say: (text: string) => void): string | null {
  return ensurePython({ ...environmentOf(version), say });
}

/** The versions that a run of the tests takes. */
export function versionsToRun(): readonly NautilusVersion[] {
  const asked = process.env[VERSIONS_VARIABLE]?.split(',');
  const usual = PREFERRED.find((version) => nautilusPython(version) !== null) ?? PREFERRED[0];
  return NAUTILUS_VERSIONS.filter(({ version }) => (asked ?? [usual]).includes(version));
}

/** Whether versions are named, by `npm run test:nautilus`: then every case of each is run. */
export function isWholeRun(): boolean {
  return process.env[VERSIONS_VARIABLE] !== undefined;
}
