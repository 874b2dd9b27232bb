import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

let installed = false;

/**
 * kafkajs 2.2.4 sets a timer after every look at its request queue, also when the queue is empty: with a delay in the
 * past, which runs at once and sets the next, so that each idle connection wakes the process a thousand times a
 * second. A timer is needed only while requests wait or the broker throttles.
 */
export function quietRequestTimers(): void {
  if (installed) return;
  installed = true;
  const { scheduleCheckPendingRequests } = RequestQueue.prototype;
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) scheduleCheckPendingRequests.call(this);
  };
}
