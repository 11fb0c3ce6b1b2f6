package dev.hebb.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AccountTest {
  @Test
  void theFirstTimeIsFreeAndCountsAnEighth() {
    var account = new Account();
    assertThat(account.allows(0)).isTrue();
    account.spend(
        TimeUnit.MILLISECONDS.toNanos(400)); // as if it had been 50, half a percent of 10 s
    assertThat(account.allows(TimeUnit.MILLISECONDS.toNanos(9_990))).isFalse();
    assertThat(account.allows(TimeUnit.MILLISECONDS.toNanos(10_010))).isTrue();
  }

  @Test
  void laterTimesCountWhole() {
    var account = new Account();
    account.spend(0);
    account.spend(TimeUnit.MILLISECONDS.toNanos(50));
    account.spend(TimeUnit.MILLISECONDS.toNanos(25));
    assertThat(account.allows(TimeUnit.MILLISECONDS.toNanos(14_990))).isFalse();
    assertThat(account.allows(TimeUnit.MILLISECONDS.toNanos(15_010))).isTrue();
  }
}
