import { integerField } from './integer.ts';

export const int64 = integerField(64);
