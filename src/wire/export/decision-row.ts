import { z } from 'zod';
import { stringifyLossless } from '../../core/index.ts';
import type { Outcome } from '../../domain/index.ts';
import { outcomeSchema, outcomeToWire } from '../outcome.ts';
import { count } from '../reading/scalars.ts';
import { type AnswerCircumstances, recordedAnswer } from '../signals/answer.ts';
import { checkDecision, DECISION_RULE } from '../signals/decision-fields.ts';
import { recordedShape } from '../signals/enriched-signal.ts';

/** A recorded decision, with what it was made of and how it ended, as it is exported. */
export interface ExportedDecision extends Pick<AnswerCircumstances, 'answerHash'> {
  /** The lasting part of the answer, one JSON object. */
  readonly answer: string;
  readonly seq: number;
  /** What the model was asked; null where none was. */
  readonly features: Float64Array | null;
  readonly outcome: (Outcome & { readonly seq: number | null }) | null;
  /** Wall clock at receipt, UNIX milliseconds. */
  readonly receivedMs: number;
  readonly transport: string;
  readonly settingsId: string;
}

const feature = z.number().nullable();

/** One recorded decision of an export. */
export const decisionRowSchema = z
  .strictObject({
    ...recordedShape,
    features: z
      .record(z.string(), feature)
      .nullable()
      .describe('what the model was asked, by name; null where none was asked, or it is not kept any more'),
    unnamed_features: z
      .array(feature)
      .nullable()
      .describe('the same in the order of a model that is not kept any more; null where features tells'),
    outcome: outcomeSchema.nullable().describe('null while a side of the event is open, and for a flat signal'),
    received_ms: count.describe('wall clock at receipt, UNIX milliseconds'),
    transport: z.string(),
    settings_id: z.string().describe('of the settings it was judged under'),
  })
  .check(checkDecision)
  .meta({
    id: 'DecisionRow',
    description:
      'A recorded decision, what it was made of and how it ended. answer_hash is the SHA-256 of the text of the line up to the comma before answer_hash, with } in place of the rest.',
    ...DECISION_RULE,
  });

/** A decision as one line of JSON, without its end. @param names - features of its model in their order; null where they are not known. */
export function decisionLine(decision: ExportedDecision, names: readonly string[] | null): string {
  const { answer, answerHash, seq, features, outcome, receivedMs, transport, settingsId } = decision;
  const values = features === null ? null : Array.from(features, (value) => (Number.isFinite(value) ? value : null));
  const rest = stringifyLossless({
    features: values === null || names === null ? null : Object.fromEntries(names.map((name, j) => [name, values[j]])),
    unnamed_features: names === null ? values : null,
    outcome: outcome === null ? null : outcomeToWire(outcome),
    received_ms: receivedMs,
    transport,
    settings_id: settingsId,
  });
  return `${recordedAnswer(answer, { answerHash, seq }).slice(0, -1)},${rest.slice(1)}`;
}
