import { observedCounter, observedGauge } from './definition.ts';

/** Of every service; names of the semantic conventions for processes and for Node. */
export const processMetrics = {
  loopDelayP50: observedGauge('nodejs.eventloop.delay.p50', 's', [], 'Lateness of timers, of the last ten seconds.'),
  loopDelayP99: observedGauge('nodejs.eventloop.delay.p99', 's', [], 'The same, the 99th percentile.'),
  loopDelayMax: observedGauge('nodejs.eventloop.delay.max', 's', [], 'The same, the largest.'),
  loopUtilization: observedGauge(
    'nodejs.eventloop.utilization',
    '1',
    [],
    'Share of time in which the event loop was busy, of the last ten seconds.',
  ),
  cpuTime: observedCounter('process.cpu.time', 's', ['cpu.mode'], 'CPU time of the process, `user` and `system`.'),
  memoryUsage: observedGauge('process.memory.usage', 'By', [], 'Memory that the process holds (resident set).'),
  heapUsed: observedGauge('v8js.memory.heap.used', 'By', [], "JavaScript's part of it that is in use."),
  externalMemory: observedGauge('nodejs.memory.external', 'By', [], 'Buffers and other memory outside of the heap.'),
  uptime: observedGauge('process.uptime', 's', [], 'Time since the process began.'),
} as const;
