/** The name of the product as it is, among those of the mutants. */
export const whole = 'no mutant';

/** What became of a mutant. */
export interface Trial {
  readonly name: string;
  /** Scenarios that were run. */
  readonly scenarios: number;
  /** What the last one of them has shown; absent where the mutant has survived all. */
  readonly broken?: string;
}
