/** The end of the number that begins at `start`; ~ of where the grammar of RFC 8259 wants a digit and there is none. */
export function numberEnd(bytes: Buffer, start: number): number {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  let at = bytes[first] === 0x30 ? first + 1 : skipDigits(bytes, first);
  if (at === first) return ~at;
  if (bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction);
    if (at === fraction) return ~at;
  }
  if (bytes[at] !== 0x65 && bytes[at] !== 0x45) return at;
  const sign = bytes[at + 1];
  const exponent = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
  at = skipDigits(bytes, exponent);
  return at === exponent ? ~at : at;
}

/** Which digit of the number that begins at `start` is missing at `at`, for people. */
export function wantedDigit(bytes: Buffer, start: number, at: number): string {
  const before = at - 1;
  if (bytes[before] === 0x2e) return 'a digit after the point';
  return at === start || (before === start && bytes[before] === 0x2d) ? 'a digit' : 'a digit in the exponent';
}

function skipDigits(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[at] ?? 0) at++;
  return at;
}
