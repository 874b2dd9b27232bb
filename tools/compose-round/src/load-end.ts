export interface LoadEnd {
  readonly sent: number;
  readonly bad: number;
}

/** What the load says at its end. @throws Error when it has not said it */
export function parseLoadEnd(log: string): LoadEnd {
  const found = /sent ([\d ]+) records to \S+, ([\d ]+) of them bad/.exec(log);
  if (!found)
    throw new Error(`the load did not say what it has sent:\n${log.trimEnd().split('\n').slice(-5).join('\n')}`);
  const [sent = Number.NaN, bad = Number.NaN] = found.slice(1).map((text) => Number(text.replaceAll(' ', '')));
  return { sent, bad };
}

/** The counts of `millrace verify`, by the states that it prints. */
export function parseVerify(report: string): Record<string, number> {
  const states = ['records', 'written', 'superseded', 'dead-lettered', 'pending', 'MISSING', 'STALE'];
  const counts = states.flatMap((state) => {
    const found = new RegExp(`^ +${state} +([\\d ]*\\d)`, 'm').exec(report);
    return found?.[1] === undefined ? [] : [[state, Number(found[1].replaceAll(' ', ''))] as const];
  });
  return Object.fromEntries(counts);
}
