import { ALERT_CASES } from './alert-cases.ts';
import { COMMAND_CASES } from './command-cases.ts';
import { SERVER_CASES } from './server-cases.ts';
import { testSettings } from './setting-case.ts';

testSettings(SERVER_CASES);
testSettings(ALERT_CASES);
testSettings(COMMAND_CASES);
