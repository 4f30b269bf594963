import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that goes when its `using` block ends. */
export function temporaryDirectory(): { file(name: string): string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'ml4t-bench-'));
  return { file: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
