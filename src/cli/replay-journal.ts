import { DataError, ServiceError } from '../core/index.ts';
import type { OrchestratorConfig } from '../domain/index.ts';
import { createDecisionReader } from './compose.ts';
import { print, printJson } from './show/output.ts';

/** Takes one recorded decision again and says whether it comes out the same to the last bit. */
export async function replayDecision(signalId: string, config: OrchestratorConfig, json: boolean): Promise<void> {
  const reader = await createDecisionReader(config);
  try {
    const decision = await reader.recompute(signalId);
    if (decision === null) {
      throw new ServiceError('UNKNOWN_SIGNAL', `the journal in ${config.server.dataDir} has no signal ${signalId}`);
    }
    const { recorded, answer, isIdentical } = decision;
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
      });
    else {
      print(
        `${signalId}: received ${received} over ${transport}, judged by ${modelVersion ?? 'no model'}`,
        `recorded    ${recorded.answer}`,
        `recomputed  ${answer}`,
        isIdentical ? 'bit-identical' : 'NOT identical',
      );
    }
    if (!isIdentical)
      throw new DataError('BAD_ROW', `the decision on ${signalId} does not come out as it was recorded`);
  } finally {
    reader.close();
  }
}
