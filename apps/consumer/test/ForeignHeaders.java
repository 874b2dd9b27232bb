import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Headers as the Java client sees them. {@code write bootstrap topic} sends records with hostile ones; {@code read bootstrap topic ...}
 * prints partition 0 of each topic, one line a record: topic, timestamp, key, value, and every header as name=value, in hexadecimal.
 */
public class ForeignHeaders {
  private static final int RECORDS = 4;

  public static void main(String[] args) throws Exception {
    List<String> topics = List.of(args).subList(2, args.length);
    if (args[0].equals("write")) write(args[1], topics.get(0));
    else for (String topic : topics) read(args[1], topic);
  }

  private static void write(String bootstrap, String topic) throws Exception {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        byte[] key = i == 0 ? null : i == 1 ? new byte[0] : new byte[] {0, -1, 10, 13};
        byte[] value = i == 0 ? new byte[0] : new byte[] {-128, 0, 34, 123, (byte) i};
        var record = new ProducerRecord<>(topic, 0, 1_700_000_000_123L + i, key, value);
        if (i == 1) odd(record.headers());
        if (i == 2) thousand(record.headers());
        if (i == 3) record.headers().add("large", new byte[100_000]);
        producer.send(record).get();
      }
    }
  }

  /** Binary, empty, null, repeated between others, and names that are members of every JavaScript object, or numbers. */
  private static void odd(Headers headers) {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) all[i] = (byte) i;
    headers.add("b", all);
    headers.add("2", bytes("two"));
    headers.add("a", bytes("first"));
    headers.add("b", null);
    headers.add("1", new byte[0]);
    headers.add("a", bytes("second"));
    headers.add("", bytes("no name"));
    headers.add("__proto__", bytes("p"));
    headers.add("toString", null);
    headers.add("constructor", new byte[0]);
    headers.add("length", bytes("l"));
    headers.add("\u001b[2J\u202e\n\ud83d\ude80", bytes("hostile name"));
    headers.add("__millrace.error.code", bytes("V999"));
    headers.add("__millrace.replay_count", bytes("0"));
    headers.add("a", bytes("third"));
  }

  private static void thousand(Headers headers) {
    for (int i = 0; i < 1000; i++) headers.add("h" + i % 7, i % 5 == 0 ? null : bytes("value " + i));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void read(String bootstrap, String topic) {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.put("group.id", UUID.randomUUID().toString());
    try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      // All that were written are waited for, however slow the machine is.
      long giveUp = System.nanoTime() + 60_000_000_000L;
      for (int left = RECORDS; left > 0 && System.nanoTime() < giveUp; ) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          left--;
          var line = new StringBuilder(topic + " " + record.timestamp() + " " + hex(record.key()) + " " + hex(record.value()));
          for (var header : record.headers()) line.append(" " + hex(bytes(header.key())) + "=" + hex(header.value()));
          System.out.println(line);
        }
      }
    }
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
  }
}
