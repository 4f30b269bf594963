/** Messages over Redis: the codecs of the payloads, and the bus that carries them. Loaded only where a service uses Redis. */
export { createCodec } from './codecs/index.ts';
export { createRedisBus } from './redis/index.ts';
