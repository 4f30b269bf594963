export * from './answer.ts';
export * from './bar-series.ts';
export * from './config/config.ts';
export { configSchema, PRIMARIES, type PrimaryName, SAMPLINGS, type Sampling } from './config/config-schema.ts';
export { nearestName, toSnakeCase } from './config/key-names.ts';
export * from './constants.ts';
export * from './enriched-signal-event.ts';
export * from './feature-names.ts';
export { readPlainSignal, readSignalMessage } from './message-reader/index.ts';
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
