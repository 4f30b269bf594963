import { describe, expect, test } from 'vitest';
import { parseFeaturePath, printFeaturePath } from './feature-path.ts';
import { frameNs, isFrame } from './frame.ts';

const NONE = { parameter: null, frame: null, instrument: null };

describe('the name of a feature', () => {
  test.each([
    ['volatility', { base: 'volatility', ...NONE }],
    ['volatility(50)', { base: 'volatility', ...NONE, parameter: 50 }],
    ['momentum@4h', { base: 'momentum', ...NONE, frame: '4h' }],
    ['momentum:BTCUSDT.BINANCE', { base: 'momentum', ...NONE, instrument: 'BTCUSDT.BINANCE' }],
    ['my.funding-rate:BTC-PERP.HL', { base: 'my.funding-rate', ...NONE, instrument: 'BTC-PERP.HL' }],
    ['rsi(14)@1h:EUR/USD.SIM', { base: 'rsi', parameter: 14, frame: '1h', instrument: 'EUR/USD.SIM' }],
    ['vpin@15m:A:B@1d(3)', { base: 'vpin', ...NONE, frame: '15m', instrument: 'A:B@1d(3)' }],
    ['_x(1)', { base: '_x', ...NONE, parameter: 1 }],
  ])('%s has its parts, and is printed again', (name, parts) => {
    const path = parseFeaturePath(name);
    expect(path).toEqual(parts);
    expect(path && printFeaturePath(path)).toBe(name);
  });

  test.each([
    '',
    '1h',
    'momentum@',
    'momentum:',
    'momentum()',
    'momentum(0)',
    'momentum(01)',
    'momentum(-1)',
    'momentum(1.5)',
    'momentum( 20)',
    'momentum@4h(20)',
    'momentum@60m',
    'momentum@7m',
    'momentum@1w',
    'momentum@2d',
    'momentum@1H',
    'momentum@0h',
    'momentum:A B',
    'momentum:A,B',
    'momentum:<b>',
    'momentum:"A"',
    'momentum:A&B',
    "momentum:A'B",
    'momentum:A\\B',
    'momentum:Ä',
    'momentum:A\tB',
    `momentum:${'A'.repeat(129)}`,
    `${'a'.repeat(65)}@1h`,
    ' momentum',
    'momentum\n',
  ])('%j is none', (name) => {
    expect(parseFeaturePath(name)).toBeNull();
  });
});

test.each([
  ['1s', 1n],
  ['90s', 90n],
  ['5m', 300n],
  ['90m', 5400n],
  ['1h', 3600n],
  ['12h', 43_200n],
  ['1d', 86_400n],
])('the frame %s', (frame, seconds) => {
  expect(isFrame(frame)).toBe(true);
  expect(frameNs(frame)).toBe(seconds * 1_000_000_000n);
});
