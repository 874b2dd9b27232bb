import { restartInInsertMode } from './stories/insert-restarts.ts';

restartInInsertMode({ restarts: 102, timeoutMs: 1_800_000 });
