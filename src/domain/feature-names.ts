/** Names of the built-in features of prices and volumes, in the order of every table. They are wire values. */
export const FEATURE_NAMES = [
  'volatility',
  'momentum',
  'regime',
  'trend_strength',
  'normalized_atr',
  'vol_of_vol',
  'mean_reversion',
  'volume_ratio',
  'vpin',
  'rsi',
  'macd_histogram',
  'bollinger_b',
  'adx',
  'efficiency_ratio',
  'parkinson_volatility',
  'garman_klass_volatility',
  'amihud_illiquidity',
  'corwin_schultz_spread',
  'roll_spread',
  'order_flow_imbalance',
  'frac_diff',
] as const;

/** Names of the built-in features of the time at which a bar closes. They are wire values too. */
export const CLOCK_FEATURE_NAMES = ['time_of_day_sin', 'time_of_day_cos', 'day_of_week', 'minutes_since_open'] as const;

/** Names of all built-in features. */
export const BUILT_IN_FEATURE_NAMES = [...FEATURE_NAMES, ...CLOCK_FEATURE_NAMES] as const;
export type BuiltInFeatureName = (typeof BUILT_IN_FEATURE_NAMES)[number];

/** Name of a feature: built-in, or of the caller; see {@link isFeatureName}. */
export type FeatureName = string;

/** What {@link isFeatureName} asks for, for error sentences. */
export const FEATURE_NAME_RULE =
  'a name of lower-case letters, digits and _ that begins with a letter, at most 64 long';

/** Columns of a data set beside its features, and a name that every JavaScript object has. */
const TAKEN = [
  'instrument',
  't0',
  't1',
  'side',
  'label',
  'return',
  'weight',
  'fold',
  'raw_probability',
  'probability',
  'constructor',
  'time_of_day', // in the settings, both waves of the time of day
];

/** Default features of a model. */
export const DEFAULT_FEATURE_NAMES: readonly FeatureName[] = ['volatility', 'momentum', 'regime', 'trend_strength'];

/** The feature that is the strength of a signal. In files it is the column `strength`, or of this name, beside the signals. */
export const SIGNAL_STRENGTH = 'signal_strength';

/**
 * The feature that is the probability sent with a signal, made outside of this program. In files it is the column `probability`, or of
 * this name, beside the signals.
 */
export const SIGNAL_PROBABILITY = 'signal_probability';

/** Columns that belong to a signal itself: no column of bars stands in for one that it does not bring. */
export const SIGNAL_COLUMNS: readonly FeatureName[] = [SIGNAL_STRENGTH, SIGNAL_PROBABILITY];

/** Further columns of a data set; features of a module may have these names, for there were such models before the columns. */
const TAKEN_SINCE = ['stop_distance', 'coin', 'other_label', 'other_t1', 'base_rate', 'cost_bps', 'expected_r', 'take'];

/** Features that every training and every answer has, whether or not the model reads them; no column may take their place. */
const ALWAYS_COMPUTED: readonly string[] = ['volatility', 'regime', 'vpin'];

/** What {@link isColumnName} asks for, for error sentences. */
export const COLUMN_NAME_RULE =
  'a name of letters, digits, _, . and - that begins with a letter or _, at most 64 long, and none of volatility, regime, vpin and the columns of a data set';

/** Whether a column of the caller may have a name. `(`, `@` and `:` are left to names of features. */
export function isColumnName(name: unknown): name is FeatureName {
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(name) || name === '__proto__') return false;
  return ![...TAKEN, ...TAKEN_SINCE, ...ALWAYS_COMPUTED].includes(name);
}

/** Whether a feature may have a name; it stands in files, on wires and as the name of a column. */
export function isFeatureName(name: unknown): name is FeatureName {
  return typeof name === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(name) && !TAKEN.includes(name);
}
