/** What became of one step of the round. */
export interface StepResult {
  readonly step: string;
  readonly passed: boolean;
  /** The user asked for it not to be done; it is neither passed nor failed. */
  readonly isLeftOut?: boolean;
  readonly seconds: number;
  /** What was seen, or what went wrong. */
  readonly told: string;
}

export function stepLine({ step, passed, isLeftOut, seconds, told }: StepResult): string {
  const mark = isLeftOut ? '–' : passed ? '✓' : '✗';
  const [first = '', ...more] = told.split('\n');
  const line = `${mark} ${step.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s  ${first}`.trimEnd();
  return [line, ...more.map((text) => `    ${text}`)].join('\n');
}

/** Passed means: there were steps, each was done and passed unless it was to be left out, and none is missing. */
export function verdict(results: readonly StepResult[], steps: number) {
  const leftOut = results.filter((result) => result.isLeftOut).length;
  const good = results.filter((result) => result.passed && !result.isLeftOut).length;
  const passed = good > 0 && good + leftOut === steps;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const counted = `${good} of ${steps} steps passed${leftOut > 0 ? `, ${leftOut} left out` : ''}, ${seconds.toFixed(0)} s`;
  return { passed, seconds, line: `${passed ? 'PASSED' : 'FAILED'}: ${counted}` };
}
