import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { createOrchestrator, loadModules } from '../app/index.ts';
import { ConditionError, DataError, Ml4tError, parseLossless, stringifyLossless } from '../core/index.ts';
import type { EnrichedSignalEvent, TakeReason } from '../domain/index.ts';
import { explainDecision } from '../inference/index.ts';
import type { ML4TOrchestrator } from '../orchestrator/index.ts';
import { boundedLines, isDescriptor, sha256, systemFault, unfitKind } from '../runtime/index.ts';
import { answerWithBars, explainedToWire, lastingAnswer, signalEventFromWire, wholeAnswer } from '../wire/index.ts';
import {
  addFeatureOption,
  addLabelerOption,
  addSettingsOptions,
  type SettingsOptions,
  settingsFrom,
} from './options.ts';
import { say } from './show/output.ts';
import { countsText } from './show/taking-texts.ts';
import { startModel } from './start-model.ts';

interface EnrichOptions extends SettingsOptions {
  readonly includeBars?: boolean;
  readonly explain?: boolean;
}

export function enrichCommand(): Command {
  const command = new Command('enrich')
    .description(
      'Say take or skip of signals: NDJSON on stdin, each enriched with take, take_reason and size on stdout, in order.',
    )
    .argument('[file]', 'NDJSON of signals (default: stdin)')
    .option('--model <file>', 'the model that judges, which must be there (default: models/meta_model.onnx, if it is)')
    .option('--include-bars', 'write the bars back inside signal_event')
    .option('--explain', 'add what moved each confidence, as `explained`; it is no part of the answer and its hash')
    .option('--json', 'the output is always NDJSON; accepted for symmetry')
    .addHelpText('after', '\nExample:\n  ml4t enrich --model models/btc.onnx < signals.ndjson > enriched.ndjson');
  addFeatureOption(addLabelerOption(addSettingsOptions(command)), 'columns of a model that was trained elsewhere');
  return command.action(enrich);
}

async function enrich(file: string | undefined, options: EnrichOptions): Promise<void> {
  const { features: _, ...settings } = options;
  const config = await settingsFrom(settings);
  const orchestrator = createOrchestrator(config, await loadModules(config));
  await startModel(orchestrator, options);
  let line = 0;
  let rejected = 0;
  const counts = new Map<TakeReason, number>();
  try {
    const { lineBytes, fileBytes } = orchestrator.config.limits;
    for await (const { text, nBytes } of boundedLines(openInput(file), {
      lineBytes,
      endlessBytes: Math.max(lineBytes, fileBytes),
    })) {
      line++;
      const { answer, reason } = enrichLine(orchestrator, text ?? nBytes, line, options);
      if (reason === null) rejected++;
      else counts.set(reason, (counts.get(reason) ?? 0) + 1);
      if (!process.stdout.write(`${answer}\n`)) await once(process.stdout, 'drain');
    }
  } catch (error) {
    throw new DataError('FILE_UNREADABLE', `cannot read ${file ?? 'stdin'}: ${systemFault(error)}`);
  } finally {
    await orchestrator.stop();
  }
  if (counts.size > 0) say(countsText(counts));
  if (rejected > 0) say(`${rejected} of ${line} lines were rejected; the answer of each has the error`);
}

interface EnrichedLine {
  readonly answer: string;
  /** Why the signal is taken or not; null for a line that was rejected. */
  readonly reason: TakeReason | null;
}

/** The bytes of a file or of stdin. @throws for a named pipe or a device, whose end may never come. */
function openInput(file: string | undefined): Readable {
  if (file === undefined) return process.stdin;
  const unfit = isDescriptor(file) ? null : unfitKind(statSync(file));
  if (unfit !== null) throw new Error(unfit);
  return createReadStream(file);
}

/** @param text - the line, or its size in bytes where that is more than is read. */
function enrichLine(
  orchestrator: ML4TOrchestrator,
  text: string | number,
  line: number,
  { includeBars = false, explain = false }: EnrichOptions,
): EnrichedLine {
  try {
    if (typeof text === 'number') {
      const { lineBytes } = orchestrator.config.limits;
      throw new ConditionError('line', `at most ${lineBytes} bytes long (limits.line_bytes)`, text);
    }
    const enriched = orchestrator.processSignal(signalEventFromWire(parseLossless(text)));
    const { latencyNs } = enriched;
    const lasting = lastingAnswer(enriched);
    const answerHash = sha256(lasting);
    const late = latencyNs > orchestrator.config.inferenceTimeoutMs * 1e6;
    const answer = wholeAnswer(lasting, { answerHash, seq: null, latencyNs, late, duplicate: false });
    const shown = includeBars ? answerWithBars(answer, enriched.signalEvent.bars) : answer;
    return {
      answer: explain ? withExplanation(shown, lasting, enriched, orchestrator) : shown,
      reason: enriched.takeReason,
    };
  } catch (error) {
    if (!(error instanceof Ml4tError)) throw error;
    return { answer: stringifyLossless({ error: { code: error.code, message: error.message, line } }), reason: null };
  }
}

/** @param shown - text of the answer. @param lasting - the lasting part of it. */
function withExplanation(
  shown: string,
  lasting: string,
  { features, modelVersion, source, metaConfidence: confidence }: EnrichedSignalEvent,
  { inferenceLoop }: ML4TOrchestrator,
): string {
  const decision = { features, modelVersion, source, confidence, answer: lasting };
  const explained = explainedToWire(explainDecision(decision, inferenceLoop.model));
  return `${shown.slice(0, -1)},"explained":${stringifyLossless(explained)}}`;
}
