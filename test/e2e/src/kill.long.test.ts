import { killEachService } from './stories/kill.ts';

killEachService({ times: 10, timeoutMs: 1_200_000 });
