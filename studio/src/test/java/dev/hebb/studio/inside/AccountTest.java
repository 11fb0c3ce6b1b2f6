package dev.hebb.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AccountTest {
  @Test
  void theFirstTimeIsFreeAndCountsAnEighth() {
    var account = new Account(0);
    assertThat(account.allows(0)).isTrue();
    account.spend(0, millis(400)); // as if it had been 50, half a percent of 10 s
    assertThat(account.allows(millis(9_990))).isFalse();
    assertThat(account.allows(millis(10_010))).isTrue();
  }

  @Test
  void laterTimesCountWhole() {
    var account = new Account(0);
    account.spend(0, 0);
    account.spend(0, millis(50));
    account.spend(millis(100), millis(125));
    assertThat(account.allows(millis(14_990))).isFalse();
    assertThat(account.allows(millis(15_010))).isTrue();
  }

  @Test
  void whatTakesNoTimeRestsAllTheSame() {
    var account = new Account(millis(5_000));
    assertThat(account.allows(0)).isTrue();
    account.spend(millis(1_000), millis(1_000));
    assertThat(account.allows(millis(5_990))).isFalse();
    assertThat(account.allows(millis(6_010))).isTrue();
  }

  private static long millis(long n) {
    return TimeUnit.MILLISECONDS.toNanos(n);
  }
}
