export * from './answer.ts';
export * from './message-json.ts';
export * from './schemas.ts';
export { readPlainSignal, readSignalMessage } from './signal-bytes/read-signal.ts';
export * from './signal-message.ts';
export * from './view-schemas.ts';
export {
  barsFromWire,
  barsToWire,
  enrichedSignalToWire,
  retrainTriggerToWire,
  signalEventFromWire,
  signalEventToWire,
} from './wire.ts';
