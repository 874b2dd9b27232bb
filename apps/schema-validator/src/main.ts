import { runService } from '@millrace/service';
import { settings } from './config.ts';
import { startService } from './service.ts';

await runService('schema-validator', settings, startService);
