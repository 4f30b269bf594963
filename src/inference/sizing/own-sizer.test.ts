import { expect, test } from 'vitest';
import { judgedModel } from '../../../test/support/judged-model.ts';
import { messageAt } from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { NOTHING_PROVEN, SignalEvent, WINDOW_BARS } from '../../domain/index.ts';
import { IntegratedSizer, type Judgement, type Sizer } from '../../risk/index.ts';
import { enrichedSignalToWire, lastingAnswer } from '../../wire/index.ts';
import { SignalJudge } from '../signal-judge.ts';

const walk = randomWalk(200, 5);
const config = OrchestratorConfig();

function judgeWith(sizer?: Sizer): { judge: SignalJudge; lines: string[] } {
  const lines: string[] = [];
  const logger = {
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(`! ${line}`),
  };
  const judge = new SignalJudge({ config, clock: { monotonicNs: () => 0 }, logger, sizer });
  judge.judge(eventAt(120)); // the warning that no model serves
  lines.length = 0;
  return { judge, lines };
}

function eventAt(end: number): SignalEvent {
  const message = messageAt(walk, end, { signalId: `s${end}` });
  return new SignalEvent({ ...message, strength: 1, signalId: `s${end}`, bars: walk.slice(0, end + 1) });
}

test('a sizer sees the whole judgement, and its size and factors are the answer', () => {
  const seen: Judgement[] = [];
  const { judge } = judgeWith({
    size: (judgement) => {
      seen.push(judgement);
      return { size: 7.5, factors: { riskBudget: 3, b: 2.5 } };
    },
  });
  const { enriched } = judge.judge(eventAt(150));
  expect(enriched).toMatchObject({ size: 7.5, sizeFactors: { riskBudget: 3, b: 2.5 }, reason: 'no model loaded' });
  expect(enrichedSignalToWire(enriched).size_factors).toEqual({ risk_budget: 3, b: 2.5 });
  const judgement = seen[1];
  expect(judgement).toMatchObject({ instrumentId: 'SIM', signal: 1, metaConfidence: 0.5, source: 'default' });
  expect(judgement.toxicity).toBe(enriched.toxicity);
  expect([judgement.bars.length, judgement.bars.tsEvent[WINDOW_BARS - 1]]).toEqual([WINDOW_BARS, walk.tsEvent[150]]);
});

test('the sizer of the seed handed in sizes as the seed does, also what is not taken, on its own account', () => {
  const own = judgeWith(new IntegratedSizer(config.sizing)).judge;
  const builtIn = judgeWith().judge;
  const answers = () => [own, builtIn].map((judge) => judge.judge(eventAt(150)).enriched);
  const unmodelled = answers();
  expect(unmodelled[0].size, 'without a model both are the formula of the seed').toBe(unmodelled[1].size);
  expect(unmodelled.map(({ sizeMethod }) => sizeMethod)).toEqual(['own', 'integrated']);
  for (const judge of [own, builtIn]) judge.inferenceLoop.swapModel(judgedModel({ says: 0.6 }), NOTHING_PROVEN);
  const [seed, decided] = answers();
  expect([seed.take, decided.take, decided.size], 'nothing is proven').toEqual([false, false, 0]);
  const { metaConfidence, regimeWeight, toxicity } = seed;
  const sizer = new IntegratedSizer(config.sizing);
  const { size, factors } = sizer.calculate({ signal: 1, metaConfidence, regimeWeight, toxicity });
  expect(seed).toMatchObject({ size, sizeFactors: factors, sizeMethod: 'own' });
  expect(seed.size).toBeGreaterThan(0);
  expect(lastingAnswer(seed).replace(/"size_method".*/, ''), 'all but the size is the same').toBe(
    lastingAnswer(decided).replace(/"size_method".*/, ''),
  );
});

test.each<[string, () => unknown, RegExp]>([
  [
    'throws',
    () => {
      throw new Error('no quote');
    },
    /failed: no quote$/,
  ],
  ['gives NaN', () => ({ size: Number.NaN, factors: {} }), /it gave the size NaN$/],
  ['gives infinity', () => ({ size: Number.POSITIVE_INFINITY, factors: {} }), /it gave the size Infinity$/],
  ['gives a text', () => ({ size: '3', factors: {} }), /it gave the size 3$/],
  ['has a factor that is no number', () => ({ size: 1, factors: { a: Number.NaN } }), /its factor a is NaN$/],
  ['gives a promise', () => Promise.resolve({ size: 1, factors: {} }), /it gave the size undefined$/],
  ['gives nothing', () => undefined, /sizer failed/],
])('one that %s bets nothing, says so in the answer, and is warned of once', (_, size, sentence) => {
  let isBroken = true;
  const sizer = { size: () => (isBroken ? size() : { size: 1, factors: {} }) } as unknown as Sizer;
  const { judge, lines } = judgeWith(sizer);
  for (const end of [150, 151, 152]) {
    const { enriched } = judge.judge(eventAt(end));
    expect(enriched).toMatchObject({ size: 0, sizeFactors: {} });
    expect(enriched.reason).toMatch(sentence);
    expect(enriched.reason, 'the other reason stays').toMatch(/^no model loaded; the size is 0 because/);
  }
  expect(lines, 'the first failure was before').toEqual([]);
  isBroken = false;
  expect(judge.judge(eventAt(153)).enriched).toMatchObject({ size: 1, reason: 'no model loaded' });
  isBroken = true;
  judge.judge(eventAt(154));
  expect(lines).toEqual(['the sizer gives sizes again', expect.stringMatching(/^! the size is 0 because/)]);
});
