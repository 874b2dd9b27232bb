/** The shortest decimal text that reads back as the same single precision number. */
export function floatText(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === Math.fround(value)) return text;
  }
  return String(Number(value.toPrecision(9)));
}

/** A vector, its first numbers only when it is long. */
export function vectorText(vector: readonly number[], shown = 8): string {
  const numbers = vector.slice(0, shown).map(floatText).join(', ');
  return vector.length > shown ? `[${numbers}, … ${vector.length} numbers]` : `[${numbers}]`;
}
