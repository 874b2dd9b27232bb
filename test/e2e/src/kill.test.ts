import { killEachService } from './stories/kill.ts';

killEachService({ times: 2, timeoutMs: 240_000 });
