import { runService } from '@millrace/service';
import { settings } from './config.ts';
import { startConsumer } from './service.ts';

await runService('consumer', settings, startConsumer);
