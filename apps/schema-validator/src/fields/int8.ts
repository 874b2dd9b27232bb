import { integerField } from './integer.ts';

export const int8 = integerField(8);
