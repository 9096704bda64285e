import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes `.test-report.json` into the project's folder, for `npm test` to add up: each file's tests with their states,
 * errors and the figures that they measured (`task.meta.figures`), and what failed outside of them, which Vitest's own JSON
 * report leaves out.
 */
export default class TestReporter {
  #folder = '.';

  onInit(vitest) {
    this.#folder = vitest.config.root;
  }

  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules, errors) {
    const report = { errors: errors.map(textOf), files: modules.map(fileOf) };
    writeFileSync(join(this.#folder, '.test-report.json'), JSON.stringify(report));
  }
}

function fileOf(module) {
  return {
    path: relative(root, module.moduleId),
    state: module.state(),
    errors: [module, ...module.children.allSuites()].flatMap((suite) => suite.errors().map(textOf)),
    tests: [...module.children.allTests()].map((test) => ({
      name: test.fullName,
      state: test.result().state,
      errors: (test.result().errors ?? []).map(textOf),
      figures: test.meta().figures,
    })),
  };
}

function textOf({ stack, message }) {
  return stack || message || 'unknown';
}
