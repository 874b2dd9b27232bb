import { float16 } from '../numbers/float16.ts';
import { float16Form } from './float16-form.ts';
import { numberVector } from './number-vector.ts';

export const float16Vector = numberVector(float16Form('float16', '65504', float16));
