import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a directory that is removed at the end of its `using` block. */
export function temporaryDirectory(): { file(name: string): string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'ml4t-bench-'));
  return { file: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
