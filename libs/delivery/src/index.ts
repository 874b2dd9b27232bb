export { Backoff, type BackoffLimits } from './backoff.ts';
export { Budget, type BudgetLimits, type Grant } from './budget.ts';
export { type Cancel, type Clock, systemClock } from './clock.ts';
export { ManualClock } from './manual-clock.ts';
export { OrderedAnswers } from './ordered-answers.ts';
export { Pace } from './pace.ts';
export { type Sendable, SendWindow, type WindowLimits } from './send-window.ts';
