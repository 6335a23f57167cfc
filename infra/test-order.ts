import { sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Each of them writes a hundred thousand events or more, which every exchange after it reads back when it starts. */
const last = [
  'tests/http/memory.test.ts',
  'tests/http/overload.test.ts',
  'tests/stream/slow.test.ts',
  'tests/faults/kill.test.ts',
];

/**
 * Tests share one log, and `tests/` writes hundreds of thousands of events into it: what reads the whole log, as the library
 * does when it is filled, goes before.
 */
export class InOrder extends BaseSequencer {
  override sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project, moduleId }: TestSpecification) => {
      const name = moduleId.slice(project.config.root.length + sep.length);
      const isOfFolder = name.startsWith('tests/') ? 1 : 0;
      return [project.config.sequence.groupOrder, last.indexOf(name), isOfFolder];
    };
    const before = (a: number[], b: number[]) => {
      const i = a.findIndex((value, at) => value !== b[at]);
      return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
    };
    return Promise.resolve(
      specifications.toSorted((a, b) => before(place(a), place(b)) || a.moduleId.localeCompare(b.moduleId)),
    );
  }
}
