/** A set of Python packages in an environment of its own. */
export interface PythonSet {
  readonly name: string;
  readonly requirements: string;
}

/** See python-parts.mjs. */
export function ensurePython(
  set: PythonSet & {
    readonly say: (text: string) => void;
    readonly missing?: () => void;
    readonly installPython?: () => boolean;
  },
): string | null;

/** See python-parts.mjs. */
export function installedPython(set: PythonSet): string | null;
