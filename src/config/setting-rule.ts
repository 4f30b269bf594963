/** A value that satisfies its rule, or the rule that it breaks. */
export type Checked<T> = { readonly value: T } | BrokenRule;

export interface BrokenRule {
  /** What the value must be. */
  readonly rule: string;
  /** Index of the wrong element of a list; null where the value itself is wrong. */
  readonly index: number | null;
}

/** A set of values: what the check accepts and what the error sentence says are one. */
export interface ValueKind<T> {
  /** What a value must be, as in "labels.pt_multiplier must be a number > 0". */
  readonly rule: string;
  /** The value itself (a copy of a list), or what it breaks. */
  readonly check: (value: unknown) => Checked<T>;
}

/** The rule of one setting. */
export interface SettingRule<T> extends ValueKind<T> {
  readonly default: T;
  /** Meaning and unit, for documentation. */
  readonly description: string;
}

/** A rule for every setting of `T`, group by group; the order of the keys is that of records and files. */
export type SettingTable<T> = {
  readonly [K in keyof T]: [T[K]] extends [readonly unknown[]]
    ? SettingRule<T[K]>
    : [T[K]] extends [object]
      ? SettingTable<T[K]>
      : SettingRule<T[K]>;
};

/** One entry of a table whose type is not known: a setting or a group of them. */
export type TableEntry = SettingRule<unknown> | { readonly [name: string]: TableEntry };

export function isRule(entry: TableEntry): entry is SettingRule<unknown> {
  return typeof entry.check === 'function';
}

/** The rule of a setting that takes `standard` where nothing is given. */
export function setting<T>(kind: ValueKind<T>, standard: NoInfer<T>, description: string): SettingRule<T> {
  return { default: standard, rule: kind.rule, check: kind.check, description };
}
