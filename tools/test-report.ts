import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints one closing line, `N passed, N failed` with `, N skipped` where there are any, as the very last line of a run.
 * What broke outside a test (a file that does not load, an unhandled error) counts as one failure each.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++;
      for (const error of [...module.errors(), ...suiteErrors(module)]) if (error) count.failed++;
    }
    const skipped = count.skipped + count.pending;
    const line = `${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // Other reporters, and vitest itself, print after this hook.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}

function* suiteErrors(module: TestModule) {
  for (const suite of module.children.allSuites()) yield* suite.errors();
}
