import { resolve } from 'node:path';

/** The root of the project: the folder that holds `package.json` and `apps/`. */
export const projectRoot = resolve(import.meta.dirname, '../../../..');

/** The one ignored folder for what is downloaded or produced at run time; `npm run clean` removes it. */
export const millraceFolder = resolve(projectRoot, '.millrace');
