export * from './integrated-sizer.ts';
export * from './risk-stage.ts';
