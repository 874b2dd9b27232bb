import { drawError, type Ink, type ToldError, tellError } from '@millrace/errors';
import { bold, dim, red } from './output.ts';

const ink: Ink = { error: red, strong: bold, faint: dim };

/** An error for the place where it is printed: drawn for a terminal, told line by line for everything else. */
export function errorLines(error: ToldError, draws: boolean): string[] {
  return draws ? drawError(error, ink) : tellError(error);
}
