/**
 * A decimal number taken apart without loss: the value is `digits` as an integer times 10^exponent. `digits` has no
 * leading and no trailing zeros and is empty for zero.
 */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** Beyond this the exponent's exact value makes no difference to any number type. */
const exponentMax = 1e15;

/** Takes a number of JSON's grammar apart. */
export function decimalOf(text: string): Decimal {
  const negative = text.startsWith('-');
  const [mantissa = '', exponentText = '0'] = text.slice(negative ? 1 : 0).split(/[eE]/);
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  let first = 0;
  while (all.charCodeAt(first) === 0x30) first++;
  let end = all.length;
  while (end > first && all.charCodeAt(end - 1) === 0x30) end--;
  const given = Math.max(-exponentMax, Math.min(exponentMax, Number(exponentText)));
  if (first === end) return { negative, digits: '', exponent: 0 };
  return { negative, digits: all.slice(first, end), exponent: given - fraction.length + (all.length - end) };
}
