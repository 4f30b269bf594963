export { replayReportPage } from './replay-report.ts';
export type { Origin } from './sections/origin-section.ts';
export { trainingReportPage } from './training-report.ts';
