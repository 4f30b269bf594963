import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The one file that takes as long as a quarter of the run: begun last, it would keep one core busy alone. */
const LONGEST = 'test/faults/faults.test.ts';

/** Order of the files: as vitest has it, the longest one first among those of its group. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = (file: TestSpecification) => (file.moduleId.endsWith(LONGEST) ? 0 : 1);
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return sorted.toSorted((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
