import { varchar } from './varchar.ts';

/** Long text, in the form of VarChar. */
export const text = varchar;
