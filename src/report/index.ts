export { replayReportPage } from './replay-report.ts';
export type { Origin } from './sections/origin-section.ts';
export { trainingReportPage, type VerdictText } from './training-report.ts';
