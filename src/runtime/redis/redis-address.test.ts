import { describe, expect, test } from 'vitest';
import { redisAddress, shownPlaces } from './redis-address.ts';

const at = (host: string, port: number) => ({ host, port });

describe('redisAddress', () => {
  test.each([
    ['redis://h', [at('h', 6379)], null],
    ['redis://:a,b@h:1,[::1]:2,i/3', [at('h', 1), at('::1', 2), at('i', 6379)], null],
    ['redis-sentinel://u:a,b@h,i:3/3#mymaster', [at('h', 26_379), at('i', 3)], 'mymaster'],
    ['rediss-sentinel://h?sentinelMasterId=my%20master', [at('h', 26_379)], 'my master'],
  ])('%s', (url, places, primary) => {
    const address = redisAddress(url);
    expect([address.places, address.primary]).toEqual([places, primary]);
    expect(address.isTls).toBe(url.startsWith('rediss'));
    if (url.includes('a,b')) expect([address.password, address.db]).toEqual(['a,b', 3]);
    expect(shownPlaces(address)).not.toContain('a,b');
  });

  test.each([
    ['redis-sentinel://:hunter2@h,i', 'with the name of the primary after #'],
    ['redis-sentinel://:hunter2@h,#m', 'of the form'],
    ['redis-cluster://:hunter2@h', 'of the form'],
    ['redis://:hunter2@h,i:x', 'of the form'],
    ['redis://:hunter2@', 'of the form'],
  ])('%s is refused without its secret', (url, rule) => {
    expect(() => redisAddress(url)).toThrow(rule);
    expect(() => redisAddress(url)).not.toThrow(/hunter2/);
  });
});
