import { installLine, OPTIONAL_PARTS, type PartName, packagesOf } from '../../runtime/index.ts';
import type { MachineProbe } from './probe-machine.ts';

/** The optional parts of the program, and the one command that installs all that are missing. */
export interface PartsProbe {
  readonly probes: readonly MachineProbe[];
  /** Null where nothing is missing. */
  readonly install: string | null;
}

/** Loads the packages of every optional part. @param load - how a package is loaded; a test replaces it. */
export async function probeParts(
  load: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<PartsProbe> {
  const parts = Object.keys(OPTIONAL_PARTS) as PartName[];
  const missing: [string, string][] = [];
  const probes: MachineProbe[] = [];
  for (const part of parts) {
    const absent = await absentOf(packagesOf([part]), load);
    missing.push(...absent);
    probes.push(probeOf(part, absent));
  }
  return { probes, install: missing.length === 0 ? null : installLine(missing) };
}

async function absentOf(
  packages: readonly [name: string, version: string][],
  load: (name: string) => Promise<unknown>,
): Promise<[string, string][]> {
  const loads = await Promise.all(
    packages.map(([name]) =>
      load(name).then(
        () => true,
        () => false,
      ),
    ),
  );
  return packages.filter((_, i) => !loads[i]);
}

function probeOf(part: PartName, absent: readonly [name: string, version: string][]): MachineProbe {
  const names = (absent.length === 0 ? packagesOf([part]) : absent).map(([name]) => name).join(', ');
  return {
    name: `for ${OPTIONAL_PARTS[part].purpose}`,
    ok: absent.length === 0,
    needed: false,
    found: absent.length === 0 ? names : `without ${names}`,
    remedy: absent.length === 0 ? '' : installLine(absent),
  };
}
