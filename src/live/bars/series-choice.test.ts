import { expect, test } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import { seriesKey } from '../../domain/index.ts';
import { SILENT } from '../../ports/index.ts';
import { SeriesChoice } from './series-choice.ts';

const [SHORT, WHOLE] = ['1-MINUTE-LAST-EXTERNAL', 'SIM-1-MINUTE-LAST-EXTERNAL'];
const bars = randomBars(5, 1);

function choiceAmong(...held: readonly string[]): SeriesChoice {
  const keys = held.map((barType) => seriesKey('SIM', barType));
  const store = { series: (key: string) => (keys.includes(key) ? bars : null), typedOf: () => keys };
  return new SeriesChoice({ store, barType: null, cadenceOf: () => null, logger: SILENT });
}

test.each([
  [SHORT, [WHOLE], WHOLE],
  [WHOLE, [SHORT], SHORT],
  [WHOLE, [SHORT, WHOLE], WHOLE],
  [SHORT, [WHOLE, SHORT], SHORT],
  ['5-MINUTE-LAST-EXTERNAL', [WHOLE], '5-MINUTE-LAST-EXTERNAL'],
  ['SIM-', [SHORT], 'SIM-'],
])('%s of %j held is %s', (named, held, chosen) => {
  expect(choiceAmong(...held).named('SIM', named)).toBe(seriesKey('SIM', chosen));
});
