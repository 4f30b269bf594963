import { describe, expect, test } from 'vitest';
import { compareAnswers, type Scored } from '../../bench/peers/service/compare-answers.ts';
import { figuresOf } from '../../bench/peers/service/figures.ts';
import { bodyOf, lengthOfAnswer } from '../../bench/peers/service/load/connection.ts';
import type { LoadResult } from '../../bench/peers/service/load/job.ts';
import { LoadTally } from '../../bench/peers/service/load/load-tally.ts';
import { signalRequests } from '../../bench/peers/service/load/requests.ts';
import { figureTable, ratioTable, wasQuiet } from '../../bench/peers/service/report.ts';
import { withPart } from '../../bench/support/readme-part.ts';

describe('answers over HTTP', () => {
  const whole = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"ü"');

  test('an answer ends where its length says, in bytes', () => {
    expect(lengthOfAnswer(whole)).toBe(whole.length);
    expect(lengthOfAnswer(whole.subarray(0, 30)), 'half a head').toBe(0);
    expect(bodyOf(whole)).toBe('"ü"');
  });

  test('one without a length is refused, since its end would be guessed', () => {
    expect(() => lengthOfAnswer(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))).toThrow(
      'without content-length',
    );
  });

  test('another status has no body to compare', () => {
    expect(() => bodyOf(Buffer.from('HTTP/1.1 429 Too Many\r\ncontent-length: 2\r\n\r\n{}'))).toThrow(
      'refused: HTTP/1.1 429',
    );
  });
});

describe('the work compared before it is timed', () => {
  const ours: Scored = { confidence: 0.5, toxicity: 0.25, features: { momentum: -0.01 } };
  const withMomentum = (momentum: number): Scored => ({ ...ours, features: { momentum } });

  test('the largest difference of any number', () => {
    expect(compareAnswers('x', [ours, ours], [ours, withMomentum(-0.01 + 5e-7)])).toBeCloseTo(5e-7, 12);
  });

  test.each([
    ['a feature that is off', [withMomentum(-0.01 + 2e-6)], 'x, signal 0: momentum is'],
    ['a feature that is missing', [{ ...ours, features: {} }], 'x, signal 0: momentum is undefined'],
    ['a number that is none', [{ ...ours, toxicity: Number.NaN }], 'x, signal 0: toxicity is NaN'],
    ['a confidence that is off', [{ ...ours, confidence: 0.51 }], 'x, signal 0: confidence is 0.51, ours 0.5'],
    ['an answer too few', [], 'x gave 0 answers of 1'],
  ])('%s ends the comparison', (_name, theirs, message) => {
    expect(() => compareAnswers('x', [ours], theirs)).toThrow(message);
  });

  test('each request has an id and 100 bars of its own, later ones than before', () => {
    const request = signalRequests();
    const read = (i: number) => JSON.parse(request(i).toString().split('\r\n\r\n')[1]);
    const [first, again, later] = [read(0), read(0), read(3000)];
    expect(again).toEqual(first);
    expect(later.signal_id).not.toBe(first.signal_id);
    expect([first.bars.close.length, first.bars.ts_event.length]).toEqual([100, 100]);
    expect(later.bars.ts_event[0]).toBeGreaterThan(first.bars.ts_event[0]);
  });
});

describe('what a run measured', () => {
  function tally(): { readonly tally: LoadTally; advance(serviceSeconds: number, atMs: number): void } {
    let now = { atMs: 0, service: 0, generator: 0, machine: 0 };
    return {
      tally: new LoadTally({ startMs: 1000, endMs: 3000, sample: () => now }),
      advance: (service, atMs) => {
        now = { atMs, service, generator: service / 10, machine: 2 * service };
      },
    };
  }

  test('counts from the first answer after the warm-up to the first after the end, latency from the due time', () => {
    const { tally: counted, advance } = tally();
    counted.answered(900, 900, 999); // warm-up
    advance(5, 1000);
    counted.answered(990, 990, 1000); // the clock of the processor time starts
    counted.answered(1500, 1501, 1504);
    counted.answered(2000, 2000, 2002);
    advance(5.9, 3000);
    counted.answered(2990, 2990, 3000);
    counted.answered(3000, 3000, 9000); // too late
    expect(counted.close(80)).toEqual({
      signalsPerSecond: 1.5,
      p50: 4,
      p99: 10,
      nRefused: 0,
      cpuPer1000: expect.closeTo(300, 9),
      rssMb: 80,
      generatorCpu: expect.closeTo(0.045, 9),
      othersCpu: expect.closeTo(0.405, 9),
      lagP99: 1,
    });
  });

  test('refusals by overload are counted, any other ends the run', () => {
    const { tally: counted } = tally();
    counted.refused(429);
    for (const nowMs of [1000, 2000]) counted.answered(nowMs, nowMs, nowMs);
    expect(counted.close(1).nRefused).toBe(1);
    expect(() => counted.refused(400)).toThrow('status 400');
  });

  test('nothing answered is no result', () => {
    expect(() => tally().tally.close(1)).toThrow('next to nothing was answered');
  });
});

describe('figures', () => {
  const result = (p50: number, lagP99 = 0): LoadResult => ({
    signalsPerSecond: 100 / p50,
    p50,
    p99: 2 * p50,
    nRefused: 1,
    cpuPer1000: p50,
    rssMb: 50 * p50,
    generatorCpu: 0.1,
    othersCpu: p50 / 10,
    lagP99,
  });
  const rounds = (p50: number, lagP99 = 0, openPerSecond = 200) => ({
    one: [result(p50)],
    many: [result(p50), result(3 * p50), result(2 * p50)],
    open: [{ ...result(p50, lagP99), signalsPerSecond: openPerSecond }],
  });

  test('are medians over the rounds', () => {
    expect(figuresOf('x', rounds(1))).toMatchObject({
      latency: { one: [1, 2], many: [2, 4] },
      mostPerSecond: 50,
      cpuPer1000: 2,
      openCpuPer1000: 1,
      rssMb: 100,
      nRefused: 5,
    });
  });

  test('ratios are ours over the peer, and void where the generator was late', () => {
    const ours = figuresOf('ours', rounds(1));
    const [, , row] = ratioTable(ours, [figuresOf('slow', rounds(4))]);
    expect(row).toBe('| slow | 4.00× | 0.25× / 0.25× | 0.25× / 0.25× | 0.25× / 0.25× | 0.25× | 0.25× | 0.25× |');
    expect(ratioTable(ours, [figuresOf('late', rounds(4, 2.5))])[2]).toContain('| void |');
  });

  test('a latency is none where the service answered fewer than came', () => {
    const ours = figuresOf('ours', rounds(1));
    expect(ratioTable(ours, [figuresOf('behind', rounds(4, 0, 190))])[2]).toContain('| overrun |');
    expect(ratioTable(ours, [figuresOf('with it', rounds(4, 0, 197))])[2]).not.toContain('overrun');
    expect(figureTable([figuresOf('behind', rounds(4, 0, 190))])[2]).toContain('4.00 / 8.00 (overrun) |');
  });

  test('a machine that did much else makes no figures', () => {
    expect(wasQuiet({ figures: [figuresOf('x', rounds(1))] })).toBe(true);
    expect(wasQuiet({ figures: [figuresOf('x', rounds(1)), figuresOf('y', rounds(3))] })).toBe(false);
  });

  test('stand between the marks of the README, and nowhere without them', () => {
    const part = { name: 'service', command: 'npm run it' };
    const readme = 'before\n<!-- written by npm run it -->\n\nold\n\n<!-- end of service -->\nafter\n';
    const written = withPart(readme, part, 'new');
    expect(written).toBe(readme.replace('old', 'new'));
    expect(() => withPart('before', part, 'new')).toThrow('must have the marks');
  });
});
