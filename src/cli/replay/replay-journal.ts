import { createDecisionReader } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { DataError, ServiceError } from '../../core/index.ts';
import type { DecisionExplanation } from '../../inference/index.ts';
import { explainedToWire } from '../../wire/index.ts';
import { print, printJson } from '../show/output.ts';

/** Computes a recorded decision again and prints whether the answer has the same bits. */
export async function replayDecision(signalId: string, config: OrchestratorConfig, json: boolean): Promise<void> {
  const reader = await createDecisionReader(config);
  try {
    const decision = await reader.recompute(signalId);
    if (decision === null) {
      throw new ServiceError('UNKNOWN_SIGNAL', `the journal in ${config.server.dataDir} has no signal ${signalId}`);
    }
    const { recorded, answer, isIdentical, explained } = decision;
    const { modelVersion, answerHash, transport, receivedMs } = recorded;
    const record = {
      signal_id: signalId,
      identical: isIdentical,
      model_version: modelVersion,
      answer_hash: answerHash,
    };
    const received = new Date(receivedMs).toISOString();
    if (json)
      printJson({
        ...record,
        transport,
        received,
        recorded: JSON.parse(recorded.answer),
        recomputed: JSON.parse(answer),
        ...explainedToWire(explained),
      });
    else {
      print(
        `${signalId}: received ${received} over ${transport}, judged by ${modelVersion ?? 'no model'}`,
        `recorded    ${recorded.answer}`,
        `recomputed  ${answer}`,
        `explained   ${inWords(explained)}`,
        isIdentical ? 'bit-identical' : 'NOT identical',
      );
    }
    if (!isIdentical)
      throw new DataError(
        'BAD_ROW',
        `the answer to ${signalId} differs from the recorded one: program, model or journal was changed`,
      );
  } finally {
    reader.close();
  }
}

/** Text of base and contributions, which add up to the confidence, or to the raw probability where that is said; the largest first. */
function inWords({ explanation, explanationReason }: DecisionExplanation): string {
  if (explanation === null) return `not: ${explanationReason}`;
  const { base, contributions, contributionsReason, rawBase, rawContributions, rawUnit } = explanation;
  if (contributions !== null) return addedUp(base, contributions);
  const of = rawUnit === 'probability' ? 'the raw probability' : 'the log-odds of the raw probability';
  return `${addedUp(rawBase, rawContributions)} (of ${of}: ${contributionsReason})`;
}

function addedUp(base: number, contributions: Readonly<Record<string, number>>): string {
  const moved = Object.entries(contributions).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const parts = moved.map(([name, by]) => `${name} ${by < 0 ? '' : '+'}${by.toFixed(4)}`);
  return `${base.toFixed(4)} where nothing is known, ${parts.join(', ')}`;
}
