/**
 * 1 is a verdict: of `status`, that not all runs; of `verify`, that something is missing or stale. So nothing else that
 * they do may end with it. 2 is what shells use for wrong arguments; the others are those of sysexits.h.
 */
export const exitCodes = {
  failed: 1,
  usage: 2,
  unavailable: 69,
  defect: 70,
  cannotCreate: 73,
  configuration: 78,
} as const;

/** What went wrong in words for the person at the terminal; it is shown without a stack. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, kind: keyof typeof exitCodes = 'failed', options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCodes[kind];
  }
}

/** The message of anything that was thrown, with that of its cause: fetch says what failed only there. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
