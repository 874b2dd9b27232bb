import { killInInsertMode } from './stories/insert-kills.ts';

killInInsertMode({ kills: 6, timeoutMs: 240_000 });
