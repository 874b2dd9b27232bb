import { observedCounter, observedGauge } from './definition.ts';

const task = ['connector', 'task'] as const;

/**
 * Kafka Connect's own metrics (ConnectMetricsRegistry.java), named as the JMX exporter rewrites them: group, then
 * attribute. Dashboards and alerts for a sink go on to work.
 */
export const connectMetrics = {
  connectorCount: observedGauge(
    'kafka_connect_connect_worker_metrics_connector_count',
    '{connector}',
    [],
    'Connectors of this worker.',
  ),
  taskCount: observedGauge('kafka_connect_connect_worker_metrics_task_count', '{task}', [], 'Tasks of this worker.'),
  taskStatus: observedGauge(
    'kafka_connect_connector_task_metrics_status',
    '{task}',
    [...task, 'status'],
    'The state of the task, as a label: `running`, `unassigned`, `failed`; 1.',
  ),
  recordRead: observedCounter(
    'kafka_connect_sink_task_metrics_sink_record_read',
    '{record}',
    task,
    'Records read from Kafka.',
  ),
  recordSend: observedCounter(
    'kafka_connect_sink_task_metrics_sink_record_send',
    '{record}',
    task,
    'Records that have taken effect in Milvus: written, superseded or deleted.',
  ),
  recordActiveCount: observedGauge(
    'kafka_connect_sink_task_metrics_sink_record_active_count',
    '{record}',
    task,
    'Records read that have no end yet.',
  ),
  recordLagMax: observedGauge(
    'kafka_connect_sink_task_metrics_sink_record_lag_max',
    '{record}',
    task,
    'The largest lag of a partition.',
  ),
  partitionCount: observedGauge(
    'kafka_connect_sink_task_metrics_partition_count',
    '{partition}',
    task,
    'Partitions assigned to the task.',
  ),
  offsetCommitCompletion: observedCounter(
    'kafka_connect_sink_task_metrics_offset_commit_completion',
    '{commit}',
    task,
    'Offset commits that the broker has acknowledged.',
  ),
  recordFailures: observedGauge(
    'kafka_connect_task_error_metrics_total_record_failures',
    '{record}',
    task,
    'Records that were rejected.',
  ),
  recordsSkipped: observedGauge(
    'kafka_connect_task_error_metrics_total_records_skipped',
    '{record}',
    task,
    'Records that went to the dead letter topic.',
  ),
  retries: observedGauge(
    'kafka_connect_task_error_metrics_total_retries',
    '{batch}',
    task,
    'Sendings of batches that were sent before.',
  ),
  deadLetterFailures: observedGauge(
    'kafka_connect_task_error_metrics_deadletterqueue_produce_failures',
    '{request}',
    task,
    'Times that the dead letter topic has refused.',
  ),
} as const;
