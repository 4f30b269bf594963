export * from './checks.ts';
export * from './clock.ts';
export * from './errors.ts';
export * from './json.ts';
export * from './number-text.ts';
export * from './rng.ts';
export * from './slot-map.ts';
export * from './time.ts';
