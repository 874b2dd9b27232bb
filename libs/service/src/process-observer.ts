import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { instrumentsOf, processMetrics } from '@millrace/metrics';
import type { Meter } from '@opentelemetry/api';

/** Over which the state of the event loop is told. */
const spanMs = 10_000;

/** Timers are looked at every this many milliseconds; lateness is what goes beyond. */
const resolutionMs = 20;

/** Observes memory, CPU and the event loop of this process. Returns how to end it. */
export function observeProcess(meter: Meter): () => void {
  const instruments = instrumentsOf(meter, processMetrics);
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let before = performance.eventLoopUtilization();
  let last = { p50: 0, p99: 0, max: 0, utilization: 0 };
  const look = () => {
    const now = performance.eventLoopUtilization();
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3);
    if (delay.count > 0) {
      last = {
        p50: late(delay.percentile(50)),
        p99: late(delay.percentile(99)),
        max: late(delay.max),
        utilization: performance.eventLoopUtilization(now, before).utilization,
      };
    }
    before = now;
    delay.reset();
  };
  const timer = setInterval(look, spanMs);
  timer.unref();
  meter.addBatchObservableCallback((result) => {
    // Who asks before the first ten seconds are over gets what there is.
    if (last.max === 0) look();
    const { user, system } = process.cpuUsage();
    const memory = process.memoryUsage();
    result.observe(instruments.loopDelayP50, last.p50);
    result.observe(instruments.loopDelayP99, last.p99);
    result.observe(instruments.loopDelayMax, last.max);
    result.observe(instruments.loopUtilization, last.utilization);
    result.observe(instruments.cpuTime, user / 1e6, { 'cpu.mode': 'user' });
    result.observe(instruments.cpuTime, system / 1e6, { 'cpu.mode': 'system' });
    result.observe(instruments.memoryUsage, memory.rss);
    result.observe(instruments.heapUsed, memory.heapUsed);
    result.observe(instruments.externalMemory, memory.external);
    result.observe(instruments.uptime, process.uptime());
  }, Object.values(instruments));
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
