import { bfloat16 } from '../numbers/float16.ts';
import { float16Form } from './float16-form.ts';
import { numberVector } from './number-vector.ts';

export const bfloat16Vector = numberVector(float16Form('bfloat16', '3.3895314e38', bfloat16));
