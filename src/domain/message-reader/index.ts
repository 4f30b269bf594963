export { readPlainSignal, readSignalMessage } from './read-signal.ts';
