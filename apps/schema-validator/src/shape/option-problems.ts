import type { Failure } from '@millrace/contracts';
import type { FailureCode } from '@millrace/errors';
import { failure } from '../failures.ts';

/** Collects why a connector's options make no sense for a collection, so that all of it is told at once. */
export class OptionProblems {
  readonly #texts: string[] = [];
  #code: FailureCode | undefined;

  add(code: FailureCode, text: string): void {
    this.#code ??= code;
    this.#texts.push(text);
  }

  /** Under the code of the first problem; undefined where there is none. */
  get failure(): Failure | undefined {
    return this.#code && failure(this.#code, this.#texts.join('; '));
  }
}
