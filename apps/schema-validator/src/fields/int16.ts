import { integerField } from './integer.ts';

export const int16 = integerField(16);
