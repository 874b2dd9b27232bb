const form = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/;

/**
 * A moment as microseconds since the Unix epoch, in decimal: Milvus keeps the moment and writes it in UTC or in the zone
 * of the collection. A text of another form stays as it is.
 */
export function normalMoment(text: string): string {
  const [matched, ...parts] = form.exec(text) ?? [];
  if (matched === undefined) return `no moment: ${text}`;
  const [year, month, day, hour, minute, second] = parts.slice(0, 6).map(Number);
  const [fraction = '', sign, hours = '0', minutes = '0'] = parts.slice(6);
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day);
  date.setUTCHours(hour ?? 0, minute, second);
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const micros = BigInt(date.getTime() - offset * 60_000) * 1_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return String(micros);
}
