export { type DecisionExplanation, explainDecision } from './explain-decision.ts';
export * from './inference-loop.ts';
export * from './inference-result.ts';
export { featureGuard, featuresOfModel, heldBarsGuard } from './model-features.ts';
export * from './signal-judge.ts';
export type { SizedSignal } from './sizing/own-sizer.ts';
export type { MethodicalSize } from './sizing/signal-sizer.ts';
