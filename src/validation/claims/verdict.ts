export { VERDICTS, type Verdict } from '../../domain/index.ts';
