import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import { redisWay } from './redis-options.ts';

const optionsOf = (redis: NonNullable<OrchestratorConfigInput['redis']>) =>
  redisWay(OrchestratorConfig({ redis }).redis).options;

describe('redisOptions', () => {
  test.each([
    ['redis://:a,b@h', 'a,b'],
    ['redis://:a%2Cb%25@h/2', 'a,b%'],
    ['redis://u:a%40b%2F%3A@h', 'a@b/:'],
  ])('%s has the password %s', (url, password) => {
    expect(optionsOf({ url })).toMatchObject({ host: 'h', password });
  });

  test.each<[NonNullable<OrchestratorConfigInput['redis']>, string]>([
    [{ url: 'http://:hunter2@h' }, 'redis.url must be of the form redis://host:port'],
    [{ url: 'hunter2' }, 'redis.url must be of the form redis://host:port'],
    [{ url: 'redis://:hunter2%@h' }, 'redis.url must be percent-encoded in user and password, with %25 for a plain %'],
    [{ url: 'redis://u:12/hunter2@h' }, 'redis.url must be without a plain / ? # in its password'],
    [{ url: 'redis://u:12#hunter2@h' }, 'redis.url must be without a plain / ? # in its password'],
    [{ passwordFile: 'hunter2' }, 'redis.password_file must be a file that can be read (it does not exist)'],
  ])('%j is refused without its secret', (redis, sentence) => {
    const refused = (): unknown => {
      try {
        return optionsOf(redis);
      } catch (error) {
        return error;
      }
    };
    const error = refused();
    expect(error).toBeInstanceOf(ConditionError);
    expect((error as Error).message).toContain(sentence);
    expect(inspect(error)).not.toContain('hunter2');
  });
});
