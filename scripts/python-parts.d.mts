/** See python-parts.mjs. */
export function ensurePython(set: {
  readonly name: string;
  readonly requirements: string;
  readonly say: (text: string) => void;
  readonly missing?: () => void;
  readonly installPython?: () => boolean;
}): string | null;
