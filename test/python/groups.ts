import { fileURLToPath } from 'node:url';
import { ensurePython, installedPython } from '../../scripts/python-parts.mjs';

/** Programs that the Python client is tried with, each group in an environment of its own. */
export const GROUPS = ['freqtrade', 'backtesters', 'notebook'] as const;
export type Group = (typeof GROUPS)[number];

/** Environment variable that asks for every case, also those that take long. */
export const WHOLE_VARIABLE = 'WHOLE_PYTHON';

/** Whether `npm run test:python` runs: then every case is. */
export function isWholeRun(): boolean {
  return process.env[WHOLE_VARIABLE] !== undefined;
}

const environmentOf = (group: Group) => ({
  name: `python-${group}`,
  requirements: fileURLToPath(new URL(`requirements/${group}.txt`, import.meta.url)),
});

/** Path of the Python that has a group; null where it is not installed. */
export function groupPython(group: Group): string | null {
  return installedPython(environmentOf(group));
}

/** Installs a group where it is missing. @returns the path of its Python; null where it cannot be had here. */
export function ensureGroup(group: Group, say: (text: string) => void): string | null {
  return ensurePython({ ...environmentOf(group), say });
}
