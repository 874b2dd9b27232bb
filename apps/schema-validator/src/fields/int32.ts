import { integerField } from './integer.ts';

export const int32 = integerField(32);
