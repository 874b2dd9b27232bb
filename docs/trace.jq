# Prints the traces in an answer of Jaeger's query API as trees, times in milliseconds; docs/debugging.md uses it.
# With `--argjson offset N` only those with a batch that holds the offset.

def holds($offset):
  (.tags | from_entries) as $of
  | ($of["millrace.offset.first"] // infinite) <= $offset and $offset <= ($of["millrace.offset.last"] // -1);
def parent: [.references[] | select(.refType == "CHILD_OF") | .spanID][0];
def ms: . / 100 | round / 10;
def told($names):
  map(select(.key as $key | any($names[]; . as $name | $key | startswith($name)))
    | select(.value != 0 or (.key | test("offset|stripe")))
    | "\(.key | ltrimstr("millrace."))=\(.value)")
  | map("  " + .) | join("");
def spanTags: ["error.type", "millrace.offset", "millrace.rows", "millrace.records", "millrace.attempts", "millrace.stripe",
  "millrace.queued_ms", "millrace.batches", "millrace.shared_write.trace_id", "db.operation.batch.size"];
def eventTags: ["error.type", "messaging.kafka.offset", "millrace", "db.response"];

.data[] | select($ARGS.named.offset as $offset | $offset == null or any(.spans[]; holds($offset)))
| .processes as $processes | .spans as $spans | ([$spans[].startTime] | min) as $start
| def lines($indent):
    .spanID as $id | .startTime as $from
    | "\($indent)\($processes[.processID].serviceName)  \(.operationName)  at \($from - $start | ms), took \(.duration | ms)\(.tags | told(spanTags))",
      (.logs | sort_by(.timestamp)[] | (.fields | from_entries) as $of
        | "\($indent)  + \($of.event) at \(.timestamp - $start | ms)\(.fields | map(select(.key != "event")) | told(eventTags))"),
      ($spans | sort_by(.startTime)[] | select(parent == $id) | lines($indent + "  "));
  "trace \(.traceID)", ($spans | sort_by(.startTime)[] | select(parent as $of | all($spans[]; .spanID != $of)) | lines("  ")), ""
