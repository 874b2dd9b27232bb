import { killInInsertMode } from './stories/insert-kills.ts';

killInInsertMode({ kills: 48, timeoutMs: 1_800_000 });
