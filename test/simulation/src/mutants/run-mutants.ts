/** Tries mutants in this process: `node run-mutants.ts [name …]`; all, and the product as it is, where none is named. */
import { mutants } from './mutants.ts';
import { whole } from './trial.ts';
import { tryMutants } from './try-mutants.ts';

const named = process.argv.slice(2);
const names = named.length > 0 ? named : [...mutants.map(({ name }) => name), whole];
for await (const trial of tryMutants(names)) console.log(JSON.stringify(trial));
