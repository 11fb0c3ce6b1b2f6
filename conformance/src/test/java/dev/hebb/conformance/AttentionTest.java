package dev.hebb.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scaled dot-product attention. */
class AttentionTest {
  @ParameterizedTest
  @CsvSource({
    "attention, 2e-5",
    "attention-wide_values, 2e-5",
    "attention-large, 1e-3", // scores beyond 100, of which float32 keeps five digits
  })
  void attention(String fixture, double tolerance) {
    Proof.of("attention/" + fixture)
        .single(tolerance)
        .function(x -> x.get("query").attention(x.get("key"), x.get("value")));
  }

  @Test
  void causalAttention() {
    Proof.of("attention/attention-causal")
        .function(x -> x.get("query").causalAttention(x.get("key"), x.get("value")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"attention-mask", "attention-mask-batch"})
  void attentionOfSomeKeys(String fixture) {
    Proof.of("attention/" + fixture)
        .function(x -> x.get("query").attention(x.get("key"), x.get("value"), x.get("mask")));
  }
}
