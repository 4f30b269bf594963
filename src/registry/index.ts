export { fileModelRegistry } from './file-model-registry.ts';
export { fileModelStore } from './file-model-store.ts';
export { threadedDecoder } from './threaded-decoder.ts';
