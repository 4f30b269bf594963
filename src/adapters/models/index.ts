export { fileModelStore } from './file-model-store.ts';
