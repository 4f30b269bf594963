import { expect, test } from 'vitest';

/** Proof that one setting is used: two of its values, and what differs between them. */
export interface SettingCase {
  /** What the setting changes, as a noun. */
  readonly what: string;
  readonly values: readonly [unknown, unknown];
  /** What is seen under a value; no part of it may be the recorded setting itself. */
  readonly see: (value: never) => unknown;
  /** Why the case cannot be run on this machine; null when it can. */
  readonly obstacle?: () => string | null;
}

/** The cases of one lane, by the dotted names of the settings. */
export type SettingCases = Readonly<Record<string, SettingCase>>;

/** Makes a case; `see` gets one of the two values. */
export function changes<T>(what: string, values: readonly [T, T], see: (value: T) => unknown): SettingCase {
  return { what, values, see };
}

/** Tests that each setting changes what its case says, and that nothing but the setting does. */
export function testSettings(cases: SettingCases): void {
  for (const [name, { what, values, see, obstacle = () => null }] of Object.entries(cases)) {
    test(`${name} changes ${what}`, async ({ skip }) => {
      const reason = obstacle();
      if (reason !== null) return skip(reason);
      const [first, second] = values as readonly [never, never];
      const seen = await see(first);
      expect(await see(second), `${name}: ${values[0]} and ${values[1]} give the same`).not.toEqual(seen);
      expect(await see(first), `${name}: ${values[0]} gives another result each time`).toEqual(seen);
    });
  }
}
