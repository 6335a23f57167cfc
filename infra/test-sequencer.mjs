import Sequencer from '@jest/test-sequencer';

/** Folders in the order in which their tests run. */
const folders = ['schemas', 'infra', 'services', 'tests'];

/**
 * Tests share one log, and `tests/` writes hundreds of thousands of events into it: what reads the whole log, as the library
 * does when it is filled, goes before.
 */
export default class extends Sequencer {
  sort(tests) {
    const place = ({ path, context }) => {
      const folder = path.slice(context.config.rootDir.length + 1).split('/', 1)[0];
      return folders.indexOf(folder);
    };
    return [...tests].sort((a, b) => place(a) - place(b) || a.path.localeCompare(b.path));
  }
}
