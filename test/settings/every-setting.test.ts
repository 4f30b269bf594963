import { expect, test } from 'vitest';
import { settingNames } from '../../src/config/index.ts';
import { ALERT_CASES } from './alert-cases.ts';
import { COMMAND_CASES } from './command-cases.ts';
import { REDIS_CASES } from './redis-cases.ts';
import { RETRAINING_CASES } from './retraining-cases.ts';
import { SERVER_CASES } from './server-cases.ts';
import { SERVING_CASES } from './serving-cases.ts';
import { testSettings } from './setting-case.ts';
import { TRAINING_CASES } from './training-cases.ts';

// Every configuration key changes something. Those that need a port or Redis are tested in the lanes `e2e` and `redis`.

test('every setting has a case, and one only', () => {
  const tables = [
    TRAINING_CASES,
    SERVING_CASES,
    RETRAINING_CASES,
    SERVER_CASES,
    REDIS_CASES,
    ALERT_CASES,
    COMMAND_CASES,
  ];
  expect(tables.flatMap((cases) => Object.keys(cases)).sort()).toEqual(settingNames().sort());
});

testSettings(TRAINING_CASES);
testSettings(SERVING_CASES);
testSettings(RETRAINING_CASES);
