import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { NEEDS } from '../lanes.ts';

/** Prints as the last line of a run how many tests passed, failed and were skipped, and why those were. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    const skipped: TestCase[] = [];
    for (const module of modules) {
      if (module.errors().length > 0) failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped.push(test);
      }
    }
    const reasons = [...Map.groupBy(skipped, reasonOf)].map(([reason, { length }]) => `${length} ${reason}`);
    const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped${why}\n`);
  }
}

/** Why a test was skipped, to stand behind the number of such tests. */
function reasonOf(test: TestCase): string {
  const need = NEEDS.find(({ name, isThere }) => !isThere && test.tags.includes(name));
  if (need !== undefined) return `${need.cases} cases: ${need.missing}`;
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return note === undefined ? 'not chosen' : `cases: ${note}`;
}
