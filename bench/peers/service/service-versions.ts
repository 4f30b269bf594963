import { execFileSync } from 'node:child_process';
import type { Service } from './services.ts';

const READ = `
import json, sys
from importlib.metadata import version
print(json.dumps([sys.version.split()[0], *[f"{name} {version(name)}" for name in sys.argv[1:]]]))`;

/** Versions of a peer: of its Python, and of its packages as `name version`. */
export function versionsOf({ python }: Service): { readonly python: string; readonly packages: readonly string[] } {
  if (python === null) return { python: '', packages: [] };
  const out = execFileSync(python.path, ['-c', READ, ...python.packages], { encoding: 'utf8' });
  const [version, ...packages] = JSON.parse(out) as string[];
  return { python: version, packages };
}
