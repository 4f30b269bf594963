export { fileModelRegistry } from './file-model-registry.ts';
export { fileModelStore } from './file-model-store.ts';
