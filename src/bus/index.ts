export { createCodec } from './codecs/index.ts';
export { createRedisBus } from './redis/index.ts';
