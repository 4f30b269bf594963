export * from './answer.ts';
export * from './bar-series.ts';
export * from './config.ts';
export { configSchema, PRIMARIES, type PrimaryName, SAMPLINGS, type Sampling } from './config-schema.ts';
export * from './constants.ts';
export * from './enriched-signal-event.ts';
export * from './feature-names.ts';
export { nearestName, toSnakeCase } from './key-names.ts';
export * from './regime-model.ts';
export * from './retrain-trigger.ts';
export * from './signal-event.ts';
export * from './signal-message.ts';
export * from './vpin-options.ts';
export {
  barsFromWire,
  barsToWire,
  enrichedSignalToWire,
  retrainTriggerToWire,
  signalEventFromWire,
  signalEventToWire,
} from './wire.ts';
