import { ValueFormat } from '@millrace/contracts';
import type { Format } from './format.ts';
import { json } from './json.ts';

/** Every value format of the contract; one without its file does not compile. */
export const formats: Readonly<Record<Exclude<ValueFormat, typeof ValueFormat.UNSPECIFIED>, Format>> = {
  [ValueFormat.JSON]: json,
};
