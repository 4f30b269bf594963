export * from './config.ts';
export { configSchema } from './config-schema.ts';
export { nearestName, snakeName, toSnakeCase } from './key-names.ts';
