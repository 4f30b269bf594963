/** First version of each line of Node whose SQLite can read every 64-bit integer exactly (`readBigInts`). */
const FIRST_OF_LINE: Readonly<Record<number, number>> = { 22: 18, 24: 4 };
const NEWEST_LINE = 24;

/**
 * Says in one sentence that a Node is too old.
 *
 * @param version - like `process.versions.node`: `22.18.0`.
 * @returns null for a Node that is new enough: 22.18 or later of 22, 24.4 or later.
 */
export function nodeFault(version: string): string | null {
  const [major, minor] = version.split('.').map(Number);
  if (major > NEWEST_LINE || minor >= FIRST_OF_LINE[major]) return null;
  const needed = major > 22 ? 'Node 22.18 or later of 22, or 24.4 or later,' : 'Node 22.18 or later';
  return `${needed} is needed, this is ${version}; install it and start again`;
}
