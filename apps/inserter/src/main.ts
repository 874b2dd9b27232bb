import { runService } from '@millrace/service';
import { settings } from './config.ts';
import { startInserter } from './service.ts';

await runService('inserter', settings, startInserter);
