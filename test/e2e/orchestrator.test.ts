import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createOrchestrator } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { parseLossless, stringifyLossless } from '../../src/core/index.ts';
import { expectedReturn, payoffAt } from '../../src/decision/index.ts';
import { BarSeries, EnrichedSignalEvent, type Side, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import { computeFeatures, regimeWeight, turbulentProbability, vpin } from '../../src/features/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { type ML4TOrchestrator, type ReplayedSignal, replay, summarizeReplay } from '../../src/orchestrator/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { labelEvents, labelerOf } from '../../src/training/index.ts';
import { enrichedSignalToWire, signalEventFromWire, signalEventToWire } from '../../src/wire/index.ts';
import { sha256 } from '../support/small-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-orchestrator-'));
const modelPath = join(directory, 'model.onnx');
const market = simulateMarket({ nBars: 8000, edge: 0.2, breakAt: null, seed: 7 }).bars;
const FAST: OrchestratorConfigInput = { modelPath, forest: { nEstimators: 30 } };

function recorded(input: OrchestratorConfigInput = {}): { orchestrator: ML4TOrchestrator; warnings: string[] } {
  const warnings: string[] = [];
  const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  return {
    orchestrator: createOrchestrator(OrchestratorConfig({ ...FAST, ...input }), { logger, workers: 1 }),
    warnings,
  };
}

function signalAt(end: number, signal: Side = 1, bars: BarSeries = market): SignalEvent {
  const window = bars.slice(end - WINDOW_BARS + 1, end + 1);
  return new SignalEvent({ instrumentId: 'SIM', signal, timestamp: window.tsEvent[WINDOW_BARS - 1], bars: window });
}

/** Everything an answer says, the latency apart. */
function said(enriched: EnrichedSignalEvent): string {
  const { latency_ns: _, ...rest } = enrichedSignalToWire(enriched);
  return stringifyLossless(rest);
}

beforeAll(async () => {
  const { orchestrator } = recorded();
  await orchestrator.train(market.slice(0, 6000));
  await orchestrator.stop();
});

describe('P1: features, model, toxicity, regime, in one synchronous call', () => {
  test('an answer is what its parts say, put together', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const model = readModel(readFileSync(modelPath), { sha256 });
    for (const [end, side] of [
      [6500, 1],
      [7000, -1],
      [7500, 1],
    ] as const) {
      const event = signalAt(end, side);
      const enriched = orchestrator.processSignal(event);
      expect(enriched).toBeInstanceOf(EnrichedSignalEvent);
      const features = computeFeatures(model.featureNames, market, Int32Array.of(end), Int8Array.of(side), model);
      const { raw, confidence } = model.predict(features);
      expect([enriched.rawConfidence, enriched.metaConfidence]).toEqual([raw, confidence]);
      expect(enriched.toxicity).toBe(vpin(market, end, orchestrator.config.vpin).vpin);
      if (model.regime === null) throw new Error('the simulated market has regimes');
      expect(enriched.regimeWeight).toBe(regimeWeight(turbulentProbability(market, end, model.regime), 0.4));
      expect(enriched).toMatchObject({
        source: 'model',
        reason: null,
        modelAvailable: true,
        modelVersion: model.version,
        toxicityAvailable: true,
      });
      const { direction, bet, regimeWeight: regime, nonToxicity } = enriched.sizeFactors;
      expect(direction).toBe(side);
      expect([1, enriched.regimeWeight]).toContain(regime);
      expect([1, 1 - enriched.toxicity]).toContain(nonToxicity);
      expect(enriched.size).toBeCloseTo(side * bet * regime * nonToxicity * 0.5, 12);
      expect(bet > 0, 'a bet is a trade that is taken').toBe(enriched.take);
      expect(enriched.toMetaOutput()).toEqual({
        confidence,
        regime_weight: enriched.regimeWeight,
        toxicity: enriched.toxicity,
      });
    }
    expect(orchestrator.stats.nSignals).toBe(3);
  });

  test('a flat signal has no side to judge', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const enriched = orchestrator.processSignal(signalAt(7000, 0));
    expect(enriched).toMatchObject({
      metaConfidence: 0.5,
      source: 'default',
      reason: 'flat signal',
      size: 0,
      modelAvailable: true,
    });
    expect(enriched.regimeWeight).not.toBe(0.8);
  });
});

describe('P2: an answer is a pure function of event, model and configuration', () => {
  test('on another replica, later, after other signals, over the wire, and from more bars than it needs: the same bits', async () => {
    const [one, other] = [recorded().orchestrator, recorded().orchestrator];
    await Promise.all([one.start(), other.start()]);
    for (let end = 6100; end < 7900; end += 77) {
      const event = signalAt(end, end % 2 === 0 ? 1 : -1);
      const answer = said(one.processSignal(event));
      one.processSignal(signalAt(end - 50));
      expect(said(one.processSignal(event)), 'again').toBe(answer);
      expect(said(other.processSignal(event)), 'another replica').toBe(answer);
      const wired = signalEventFromWire(parseLossless(stringifyLossless(signalEventToWire(event, true))));
      expect(said(other.processSignal(wired)), 'over the wire').toBe(answer);
      const longer = new SignalEvent({ ...event, bars: market.slice(0, end + 1) });
      expect(said(other.processSignal(longer)), 'more bars').toBe(answer);
    }
  });

  test('replay gives the answers of live calls, and the future changes none of them', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const options = { instrumentId: 'SIM', side: null };
    const whole = replay(orchestrator, market, options);
    const cut = 7000;
    const early = replay(orchestrator, market.slice(0, cut), options);
    expect(early.length).toBeGreaterThan(2000);
    early.forEach((signal, k) => {
      expect(said(signal.enriched)).toBe(said(whole[k].enriched));
      expect(said(orchestrator.processSignal(signal.enriched.signalEvent))).toBe(said(signal.enriched));
      if (signal.label !== null)
        expect([signal.t1, signal.kind, signal.ret, signal.label]).toEqual([
          whole[k].t1,
          whole[k].kind,
          whole[k].ret,
          whole[k].label,
        ]);
      else expect(whole[k].t1 === -1 || whole[k].t1 >= cut, 'resolved only by later bars').toBe(true);
      expect(signal.kind === 'unresolved').toBe(signal.label === null);
    });
  });
});

describe('P3: without a model that may serve', () => {
  const cases: [string, () => string, RegExp][] = [
    ['no file', () => join(directory, 'none.onnx'), /^no model at .*none\.onnx$/],
    ['a corrupt file', () => damaged((bytes) => bytes.fill(0, 1000, 1100)), /checksum does not match/],
    ['a text file', () => damaged(() => Buffer.from('not a model')), /damaged or not a model/],
    ['a directory', () => directory, /^cannot read the model/],
  ];
  test.each(cases)('%s: the default confidence, the reason, one warning, and no exception', async (_, path, reason) => {
    const { orchestrator, warnings } = recorded({ modelPath: path(), defaultConfidence: 0.3 });
    await orchestrator.start();
    for (let end = 6500; end < 6600; end++) {
      const enriched = orchestrator.processSignal(signalAt(end));
      expect(enriched).toMatchObject({
        metaConfidence: 0.3,
        modelAvailable: false,
        source: 'default',
        rawConfidence: null,
        modelVersion: null,
        regimeWeight: 0.8,
      });
      expect(enriched.reason).toMatch(reason);
      expect(enriched.toxicity, 'toxicity needs no model').toBe(vpin(market, end, orchestrator.config.vpin).vpin);
    }
    expect(warnings.length, warnings.join('\n')).toBe(1);
  });

  test('an expired model answers stale, judged by the event’s own time; regime and toxicity go on', async () => {
    const { orchestrator, warnings } = recorded({ model: { expirationHours: 10 } });
    await orchestrator.start();
    const fresh = orchestrator.processSignal(signalAt(6000 + 599));
    const stale = orchestrator.processSignal(signalAt(6000 + 601));
    const freshAgain = orchestrator.processSignal(signalAt(6000 + 599));
    expect(fresh.source).toBe('model');
    const baseRate = orchestrator.inferenceLoop.model?.metadata.decision?.baseRate;
    expect(baseRate).toBeTypeOf('number');
    expect(stale).toMatchObject({ source: 'stale', modelAvailable: false, metaConfidence: baseRate, size: 0 });
    expect(stale).toMatchObject({ rawConfidence: null, take: false, takeReason: 'stale' });
    expect(stale.reason).toContain('10 h older');
    expect(stale.regimeWeight).not.toBe(0.8);
    expect(said(freshAgain)).toBe(said(fresh));
    expect(warnings).toEqual([expect.stringMatching(/^confidence is the base rate 0\.\d+: .*10 h older/)]);
  });

  test('bars without what the model learned from get the base rate, and say so', async () => {
    const path = join(directory, 'taker.onnx');
    const features: OrchestratorConfigInput = { modelPath: path, featureNames: ['volatility', 'vpin'] };
    const { orchestrator } = recorded(features);
    await orchestrator.train(market.slice(0, 3000));
    const plain = BarSeries.fromColumns({ ...market, takerBuyVolume: null });
    expect(orchestrator.processSignal(signalAt(5000)).source).toBe('model');
    const enriched = orchestrator.processSignal(signalAt(5000, 1, plain));
    expect(enriched).toMatchObject({
      source: 'missing_input',
      reason: 'the model learned from taker_buy_volume, which these bars do not carry',
      metaConfidence: orchestrator.inferenceLoop.model?.metadata.decision?.baseRate,
      take: false,
      size: 0,
    });
    await orchestrator.stop();
  });

  test('toxicity has a percentile only among windows measured in the same way', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const plain = BarSeries.fromColumns({ ...market, takerBuyVolume: null });
    expect(orchestrator.processSignal(signalAt(7000)).toxicityPercentile).toBeTypeOf('number');
    expect(orchestrator.processSignal(signalAt(7000, 1, plain)).toxicityPercentile).toBeNull();
    const other = recorded({ vpin: { nBuckets: 20 } }).orchestrator;
    await other.start();
    expect(other.processSignal(signalAt(7000)).toxicityPercentile).toBeNull();
  });

  test('no volume: toxicity is the median of the training and says that it is not known', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const silent = BarSeries.fromColumns({ ...market, volume: new Float64Array(market.length), takerBuyVolume: null });
    expect(orchestrator.processSignal(signalAt(7000, 1, silent))).toMatchObject({
      toxicity: orchestrator.inferenceLoop.model?.metadata.vpinQuantiles[50],
      toxicityAvailable: false,
      toxicityPercentile: null,
    });
  });
});

describe('P6 and P7: a swap is one step, and a model that may not serve leaves the old one', () => {
  test('every answer comes from exactly one version, and a swap between two calls changes all of it', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const first = readModel(readFileSync(modelPath), { sha256 });
    const otherPath = join(directory, 'other.onnx');
    const trainer = recorded({
      modelPath: otherPath,
      featureNames: ['vpin', 'volume_ratio', 'regime'],
      forest: { randomState: 9, nEstimators: 10 },
    }).orchestrator;
    const { model: second } = await trainer.train(market.slice(2000, 5000));
    const expected = new Map<string, string>();
    for (const model of [first, second]) {
      await orchestrator.swapModel(model);
      expected.set(model.version, said(orchestrator.processSignal(signalAt(7000))));
    }
    for (let k = 0; k < 200; k++) {
      const model = k % 3 === 0 ? first : second;
      await orchestrator.swapModel(model);
      const answer = orchestrator.processSignal(signalAt(7000));
      expect(answer.modelVersion).toBe(model.version);
      expect(said(answer)).toBe(expected.get(model.version));
    }
    await trainer.stop();
  });

  test('a bad file is refused and the model that served goes on', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const before = said(orchestrator.processSignal(signalAt(7000)));
    await expect(orchestrator.swapModel(damaged((bytes) => bytes.fill(7, 50, 60)))).rejects.toThrow(
      'checksum does not match',
    );
    await expect(orchestrator.swapModel(join(directory, 'none.onnx'))).rejects.toThrow('no model at');
    expect(said(orchestrator.processSignal(signalAt(7000)))).toBe(before);
  });

  test('train saves the model and serves it only where none was serving', async () => {
    const path = join(directory, 'trained.onnx');
    const { orchestrator } = recorded({ modelPath: path });
    await orchestrator.start();
    expect(orchestrator.inferenceLoop.model).toBeNull();
    const first = await orchestrator.train(market.slice(0, 4000));
    expect(orchestrator.inferenceLoop.model?.version).toBe(first.model.version);
    const second = await orchestrator.train(market.slice(1000, 5000));
    expect(orchestrator.inferenceLoop.model?.version, 'the first still serves').toBe(first.model.version);
    expect(readModel(readFileSync(path), { sha256 }).version).toBe(second.model.version);
    await orchestrator.swapModel(path);
    expect(orchestrator.inferenceLoop.model?.version).toBe(second.model.version);
    expect(second.meetsMinimumAccuracy(0)).toBe(true);
    expect(second.meetsMinimumAccuracy(1)).toBe(false);
    await orchestrator.stop();
  });

  test('a training that fails leaves the file and the model alone', async () => {
    const bytes = readFileSync(modelPath);
    const { orchestrator } = recorded();
    await orchestrator.start();
    await expect(orchestrator.train(market.slice(0, 500))).rejects.toThrow('at least 1000 bars');
    expect(readFileSync(modelPath).equals(bytes)).toBe(true);
    await orchestrator.stop();
  });

  test('stopping ends a training that still runs', async () => {
    const { orchestrator } = recorded({ modelPath: join(directory, 'never.onnx'), forest: { nEstimators: 5000 } });
    const stages: string[] = [];
    const training = orchestrator.train(market, {
      onProgress: ({ stage }) => {
        if (stages.push(stage) === 1) void orchestrator.stop();
      },
    });
    await expect(training).rejects.toThrow('the training was stopped');
    await expect(orchestrator.train(market), 'and none begins afterwards').rejects.toThrow(
      'make another with createOrchestrator',
    );
  });
});

describe('a replay', () => {
  test('counts the trades, the risks and the taken ones that a training counts on the same bars', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const { metadata } = readModel(readFileSync(modelPath), { sha256 });
    const { decision, terms, lastBarTs } = metadata;
    if (decision === null || terms === null || lastBarTs === null) throw new Error('the file says all of it');
    const replayed = replay(orchestrator, market, { instrumentId: 'SIM', side: null });
    const labelled = labelEvents(
      market,
      null,
      orchestrator.config,
      labelerOf(orchestrator.config, undefined, terms['']),
    );
    const ended = replayed.filter(({ label }) => label !== null);
    const column = (of: (signal: ReplayedSignal) => number): number[] => ended.map(of);
    expect(column(({ t0 }) => t0)).toEqual([...labelled.t0]);
    expect(column(({ t1 }) => t1)).toEqual([...labelled.t1]);
    expect(column(({ ret }) => ret)).toEqual([...labelled.ret]);
    expect(column(({ label }) => label ?? -1)).toEqual([...labelled.label]);
    expect(column(({ other }) => other?.t1 ?? -1)).toEqual([...labelled.otherT1]);
    expect(column(({ other }) => other?.ret ?? Number.NaN)).toEqual([...labelled.otherRet]);
    expect(column(({ other }) => other?.label ?? 0)).toEqual([...labelled.otherLabel]);
    expect(column(({ risk }) => risk)).toEqual([...labelled.risk]);
    expect(column(({ volatility }) => volatility)).toEqual([...labelled.volatility]);
    const { claims } = summarizeReplay(orchestrator, market, replayed);
    const taken = ended.filter(({ enriched, other, inSample, risk, volatility }) => {
      if (inSample || other === null || enriched.source !== 'model') return false;
      const payoff = payoffAt(decision.payoffs, '', volatility);
      if (payoff === null) throw new Error('the training had wins and losses');
      return expectedReturn(enriched.metaConfidence, payoff, decision.keeping) > (terms[''].costBps * 1e-4) / risk;
    });
    expect(claims?.nTaken).toBe(taken.length);
    expect(claims?.cost.bps, 'the cost that its training counted').toBe(metadata.training.cost?.bps);
  });

  test('judges only what came after the training data, and says when there is nothing such', async () => {
    const { orchestrator } = recorded();
    await orchestrator.start();
    const options = { instrumentId: 'SIM', side: null };
    const summary = summarizeReplay(orchestrator, market, replay(orchestrator, market, options));
    expect(summary).toMatchObject({ isInSample: false, finding: 'judged', missing: [] });
    expect(summary.nInSample).toBeGreaterThan(2000);
    const nTested = summary.scores?.nTested ?? Number.NaN;
    expect(nTested + summary.nInSample + summary.nUnresolved).toBe(summary.nSignals);
    expect(summary.claims?.nJudged).toBeLessThanOrEqual(nTested);
    const early = market.slice(0, 6000);
    const inSample = summarizeReplay(orchestrator, early, replay(orchestrator, early, options));
    expect(inSample).toMatchObject({ isInSample: true, nInSample: 0, finding: 'in_sample', claims: null });
  });
});

function damaged(change: (bytes: Buffer) => Buffer): string {
  const path = join(mkdtempSync(join(directory, 'damaged-')), 'model.onnx');
  writeFileSync(path, change(Buffer.from(readFileSync(modelPath))));
  return path;
}
