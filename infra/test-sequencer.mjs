import Sequencer from '@jest/test-sequencer';

/** Folders in the order in which their tests run. */
const folders = ['schemas', 'infra', 'services', 'tests'];

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
export default class extends Sequencer {
  sort(tests) {
    const place = ({ path, context }) => {
      const name = path.slice(context.config.rootDir.length + 1);
      return last.includes(name)
        ? folders.length + last.indexOf(name)
        : folders.indexOf(name.split('/', 1)[0]);
    };
    return [...tests].sort((a, b) => place(a) - place(b) || a.path.localeCompare(b.path));
  }
}
