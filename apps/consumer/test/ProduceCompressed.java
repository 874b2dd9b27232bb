import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes 300 records of about 1 KB, in one batch, to a topic for each codec: {@code bootstrap codec=topic ...}. */
public class ProduceCompressed {
  public static void main(String[] args) throws Exception {
    for (String target : List.of(args).subList(1, args.length)) {
      String[] codecAndTopic = target.split("=");
      Properties config = new Properties();
      config.put("bootstrap.servers", args[0]);
      config.put("compression.type", codecAndTopic[0]);
      config.put("batch.size", "900000");
      config.put("linger.ms", "60000");
      try (var producer =
          new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int i = 0; i < 300; i++) {
          byte[] key = ("k" + i).getBytes(StandardCharsets.UTF_8);
          producer.send(new ProducerRecord<>(codecAndTopic[1], key, value(i)));
        }
        producer.flush();
      }
    }
  }

  /** Half of it compresses well, half not at all; the test makes the same. */
  private static byte[] value(int i) {
    byte[] value = new byte[1000 + i];
    int state = i + 1;
    for (int at = 0; at < value.length; at++) {
      state = state * 1664525 + 1013904223;
      value[at] = at % 200 < 100 ? (byte) 'a' : (byte) (state >>> 24);
    }
    return value;
  }
}
