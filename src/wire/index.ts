export * from './bars.ts';
export { DecisionTable, type TableCell, type TableColumn } from './export/decision-columns.ts';
export { decisionLine, decisionRowSchema, type ExportedDecision } from './export/decision-row.ts';
export * from './halt.ts';
export * from './message-json.ts';
export * from './model.ts';
export { parseFeaturesText, readFeaturesText } from './nautilus/features-text.ts';
export {
  type ClassicAnswer,
  type DecisionOfNode,
  type Filled,
  FULL_ANSWER_TYPES,
  type FullAnswer,
  fullNodeAnswer,
  type NodeAnswer,
  nodeAnswer,
} from './nautilus/node-answer.ts';
export * from './outcome.ts';
export * from './problem.ts';
export * from './queries.ts';
export * from './reading/check-by.ts';
export { isName, MAX_NAMES, type NamedValues, nameRule, orNull } from './reading/named-values.ts';
export { checkId, MAX_ID_LENGTH } from './reading/scalars.ts';
export * from './retrain-trigger.ts';
export { readPlainSignal, readPrediction, readSignalMessage } from './signal-bytes/read-signal.ts';
export * from './signals/answer.ts';
export * from './signals/enriched-signal.ts';
export { type Explained, explainedToWire, type WireExplained } from './signals/explanation.ts';
export * from './signals/signal.ts';
export * from './signals/signal-detail.ts';
export * from './signals/warming-up.ts';
export * from './status.ts';
export * from './stream.ts';
export * from './trust.ts';
