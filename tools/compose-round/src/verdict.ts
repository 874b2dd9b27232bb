/** What became of one step of the round. */
export interface StepResult {
  readonly step: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** What was seen, or what went wrong. */
  readonly told: string;
}

export function stepLine({ step, passed, seconds, told }: StepResult): string {
  const [first = '', ...more] = told.split('\n');
  const line = `${passed ? '✓' : '✗'} ${step.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s  ${first}`.trimEnd();
  return [line, ...more.map((text) => `    ${text}`)].join('\n');
}

/** Passed means: there were steps, every one passed, and none is missing. */
export function verdict(results: readonly StepResult[], steps: number) {
  const failed = results.filter(({ passed }) => !passed).map(({ step }) => step);
  const passed = failed.length === 0 && results.length === steps && steps > 0;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const counted = `${results.length - failed.length} of ${steps} steps passed, ${seconds.toFixed(0)} s`;
  return { passed, seconds, line: `${passed ? 'PASSED' : 'FAILED'}: ${counted}` };
}
