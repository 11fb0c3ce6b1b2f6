package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.Seed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArffTest {
  private static final Seed SEED = Seed.of(1);

  private static RawTable read(String text) {
    return Arff.read(new Input("t.arff", text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void refused(String text, String... parts) {
    assertThatThrownBy(() -> Table.of(read(text)).split(0.5, SEED))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts);
  }

  private static final String HEAD =
      "@relation t\n@attribute a numeric\n@attribute class {yes, no}\n@data\n";

  @Test
  void readsTypesQuotesCommentsAndCase() {
    var raw =
        read(
            """
            % a comment
            @RELATION 'a relation'

            @Attribute 'petal length' REAL
            @attribute n\tInteger
            @attribute c{'it''s', "b \\"q\\"", plain , '50%'}
            @attribute s string
            @ATTRIBUTE class { 'no, never', yes }
            @Data
            % another
            1.5, 2, plain, 'a, b', yes
            ?,-3e2,"b \\"q\\"" , 'x\\ny',  'no, never'
            2.5\t4\t50%\tz\tyes
            """
                .replace("'it''s'", "'it\\'s'"));
    assertThat(raw.names()).containsExactly("petal length", "n", "c", "s", "class");
    assertThat(raw.column("c").categories()).containsExactly("it's", "b \"q\"", "plain", "50%");
    assertThat(raw.column("class").categories()).containsExactly("no, never", "yes");
    assertThat(raw.column("s").texts()).containsExactly("a, b", "x\ny", "z");
    assertThat(raw.column("n").texts()).containsExactly("2", "-3e2", "4");
    assertThat(raw.column("petal length").missing()).isEqualTo(1);
    assertThat(raw.column("petal length").firstMissingLine()).isEqualTo(12);
    assertThat(raw.rows()).isEqualTo(3);
  }

  @Test
  void declarationsHold() {
    var parts = Table.of(read(HEAD + "1,no\n2,yes\n3,no\n4,yes\n")).split(0.5, SEED);
    assertThat(parts.labels()).containsExactly("yes", "no"); // as declared, not sorted
    var numbers = "@relation t\n@attribute a {0,1,2}\n@attribute y numeric\n@data\n0,1\n1,2\n";
    var regression = Table.of(read(numbers)).split(0.5, SEED);
    assertThat(regression.train().isClassification()).isFalse();
    assertThat(((TablePrep) regression.preprocessing()).features())
        .containsExactly("a=0", "a=1", "a=2"); // 2 never occurs
  }

  @Test
  void aDeclaredQuestionMarkOrNaIsAValue() {
    var raw = read("@relation t\n@attribute a {NA, EU}\n@attribute y {u, v}\n@data\nNA,u\n?,v\n");
    assertThat(raw.column("a").texts()).containsExactly("NA");
    assertThat(raw.column("a").missing()).isEqualTo(1);
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    refused(HEAD + "1,yes\n2,maybe\n", "t.arff, line 6: 'maybe' is not a category of 'class'");
    refused(HEAD + "1,ys\n", "Did you mean 'yes'?");
    refused(HEAD + "1,yes\n2\n", "t.arff, line 6: 1 values, but there are 2 columns");
    refused(HEAD + "1,yes,3\n", "line 5: 3 values");
    refused(HEAD + "1,,yes\n", "line 5: there is no value before a comma");
    refused(HEAD + "1,yes,\n", "line 5: there is no value after the last comma");
    refused(HEAD + "{0 1}\n", "line 5: sparse rows");
    refused(HEAD + "1,'yes\n", "line 5: a quote ' is not closed");
    refused(HEAD + "one,yes\n2,no\n", "line 5", "'a'", "'one' is not a number");
    refused(HEAD + "NaN,yes\n2,no\n", "line 5", "not a finite number");
    refused(HEAD, "no row after @data");
    refused("@relation t\n@attribute a numeric\n", "there is no @data line");
    refused("a,b\n1,2\n", "line 1: @relation, @attribute or @data is expected");
    refused("@attribute a date\n", "line 1: attribute 'a' has type 'date'");
    refused("@attribute a\n", "line 1: an attribute has a name and a type");
    refused("@attribute a {x, y\n", "do not end with }");
    refused("@attribute a {}\n", "are empty");
    refused("@attribute a {x, x}\n", "are not different");
    refused("@attribute a real\n@attribute a real\n@data\n", "two columns are called 'a'");
    refused("@data\n1\n", "0 column");
  }

  @Test
  void irisIsFishersIris() {
    // The oracle is the summary in the comments of the file itself.
    var raw = Arff.read(Input.resource("iris.arff"));
    assertThat(raw.rows()).isEqualTo(150);
    double[][] minMaxMean = {
      {4.3, 7.9, 5.84}, {2.0, 4.4, 3.05}, {1.0, 6.9, 3.76}, {0.1, 2.5, 1.20}
    };
    for (int c = 0; c < 4; c++) {
      double least = 99;
      double most = 0;
      double sum = 0;
      for (int row = 0; row < 150; row++) {
        double v =
            Double.parseDouble(raw.columns().get(c).texts().get(raw.columns().get(c).code(row)));
        least = Math.min(least, v);
        most = Math.max(most, v);
        sum += v;
      }
      assertThat(least).isEqualTo(minMaxMean[c][0]);
      assertThat(most).isEqualTo(minMaxMean[c][1]);
      assertThat(sum / 150).isBetween(minMaxMean[c][2] - 0.006, minMaxMean[c][2] + 0.006);
    }
    var parts = Iris.load();
    assertThat(parts.name()).isEqualTo("iris");
    assertThat(parts.labels())
        .isEqualTo(List.of("Iris-setosa", "Iris-versicolor", "Iris-virginica"));
    assertThat(parts.train().classCounts()).containsExactly(40, 40, 40);
    assertThat(parts.test().classCounts()).containsExactly(10, 10, 10);
  }

  @Test
  void germanCreditIsComplete() {
    var parts = Credit.load();
    assertThat(parts.labels()).containsExactly("good", "bad");
    assertThat(parts.train().classCounts()).containsExactly(560, 240);
    assertThat(parts.test().classCounts()).containsExactly(140, 60);
    // 7 numbers and 4+5+11+5+5+5+3+4+3+3+4+2+2 = 56 categories, counted in the file's header.
    assertThat(parts.shape().dim(0)).isEqualTo(63);
    assertThat(parts.notes()).isEmpty();
    float[] row = parts.train().input(0);
    double categories = 0;
    var features = ((TablePrep) parts.preprocessing()).features();
    for (int i = 0; i < row.length; i++) {
      categories += features.get(i).contains("=") ? row[i] : 0;
    }
    assertThat(categories).isEqualTo(13);
  }

  @Test
  void builtInTablesAreTheFilesBesideTheProject() throws Exception {
    for (String name : List.of("iris.arff", "credit-g.arff")) {
      assertThat(Input.resource(name).bytes())
          .isEqualTo(Files.readAllBytes(TestData.shared("tabular/" + name)));
    }
  }
}
