import { restartInInsertMode } from './stories/insert-restarts.ts';

restartInInsertMode({ restarts: 6, timeoutMs: 120_000 });
