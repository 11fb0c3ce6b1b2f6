package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class TableTest {
  private static final Seed SEED = Seed.of(1);

  private static Table csv(String text) {
    return Table.of(Csv.read(new Input("t.csv", text.getBytes(StandardCharsets.UTF_8))));
  }

  private static void refused(String text, String... parts) {
    assertThatThrownBy(() -> csv(text).split(0.5, SEED))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void infersTypesAndEncodes() {
    var parts =
        csv("age,home,ok\n20,own,yes\n30,rent,no\n40,own,yes\n50,free,no\n").split(0.5, SEED);
    var prep = (TablePrep) parts.preprocessing();
    assertThat(prep.features()).containsExactly("age", "home=free", "home=own", "home=rent");
    assertThat(parts.shape()).isEqualTo(Shape.of(4));
    assertThat(parts.labels()).containsExactly("no", "yes");
    assertThat(parts.train().classCounts()).containsExactly(1, 1);
    assertThat(parts.test().classCounts()).containsExactly(1, 1);
    assertThat(parts.notes())
        .containsExactly("the target is the last column, 'ok', since none was named");
    assertThat(parts.name()).isEqualTo("t.csv");
    assertThat(prep.target()).isEqualTo(new TablePrep.Target("ok", List.of("no", "yes")));
  }

  @Test
  void fitsOnTheTrainingPartOnly() {
    // 0 … 39 and an outlier: whichever part it falls into, the training part has mean 0 and
    // deviation 1 by itself.
    var text = new StringBuilder("x,y\n");
    for (int i = 0; i < 40; i++) {
      text.append(i == 7 ? 1_000_000 : i).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    boolean outlierInTest = false;
    for (int seed = 0; seed < 20; seed++) {
      var parts = csv(text.toString()).split(0.5, Seed.of(seed));
      float[] x = parts.train().all().x().toFloats();
      double mean = IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
      double square =
          IntStream.range(0, x.length).mapToDouble(i -> x[i] * x[i]).average().orElseThrow();
      assertThat(mean).isCloseTo(0, within(1e-5));
      assertThat(square).isCloseTo(1, within(1e-4));
      float[] test = parts.test().all().x().toFloats();
      outlierInTest |= IntStream.range(0, test.length).anyMatch(i -> test[i] > 1000);
    }
    assertThat(outlierInTest).isTrue();
  }

  @Test
  void meanAndDeviationAreThoseOfThePopulation() {
    var parts =
        csv("x,y\n2,0.5\n4,0.5\n4,0.5\n4,0.5\n5,0.5\n5,0.5\n7,0.5\n9,1.5\n1,9.5\n")
            .split(0.889, SEED);
    var column = ((TablePrep) parts.preprocessing()).columns().getFirst();
    // Without the one row that is tested on; with the row "1" out, this is the textbook's 5 and 2.
    float out = parts.test().input(0)[0];
    double left = out * column.std() + column.mean();
    double[] all = {2, 4, 4, 4, 5, 5, 7, 9, 1};
    double mean = (41 - left) / 8;
    double squares = Arrays.stream(all).map(v -> (v - mean) * (v - mean)).sum();
    assertThat(column.mean()).isCloseTo(mean, within(1e-6));
    assertThat(column.std())
        .isCloseTo(Math.sqrt((squares - (left - mean) * (left - mean)) / 8), within(1e-5));
  }

  @Test
  void missingValuesAreTheMeanOrNoCategory() {
    var table = csv("n,c,y\n1,a,u\n3,b,v\n?,a,u\n5,,v\nNA,b,u\n1,?,v\n3,a,u\n5,b,v\n").target("y");
    var parts = table.split(0.5, SEED);
    var prep = (TablePrep) parts.preprocessing();
    assertThat(prep.columns().get(0).kind()).isEqualTo(TablePrep.Kind.NUMERIC);
    assertThat(prep.features()).containsExactly("n", "c=a", "c=b");
    assertThat(prep.encode(Map.of())).containsExactly(0, 0, 0);
    assertThat(prep.encode(Map.of("n", "?", "c", "a"))).containsExactly(0, 1, 0);
    assertThat(parts.notes()).anyMatch(note -> note.startsWith("4 missing values"));
    assertThatThrownBy(() -> table.missing(TablePrep.Missing.REJECT).split(0.5, SEED))
        .hasMessageContaining("t.csv, line 4: there is no value in column 'n' (2 such rows)");
    var strict = new TablePrep(prep.columns(), prep.target(), TablePrep.Missing.REJECT);
    assertThatThrownBy(() -> strict.encode(Map.of("n", "1")))
        .hasMessageContaining("'c' has no value");
  }

  @Test
  void wholeNumbersAsTargetAreClassesUnlessSaidOtherwise() {
    var table = csv("x,y\n1,0\n2,1\n3,10\n4,2\n5,0\n6,1\n7,10\n8,2\n");
    var classes = table.split(0.5, SEED);
    assertThat(classes.labels()).containsExactly("0", "1", "2", "10");
    assertThat(classes.notes()).anyMatch(note -> note.contains("4 different whole numbers"));
    var values = table.numeric("y").split(0.5, SEED);
    assertThat(values.train().isClassification()).isFalse();
    assertThat(values.outputs()).isEqualTo(1);
    assertThat(((TablePrep) values.preprocessing()).target().labels()).isEmpty();
  }

  @Test
  void otherNumbersAsTargetStayInTheirUnit() {
    var parts = csv("x,price\n1,10.5\n2,20.25\n3,30\n4,40\n").split(0.75, SEED);
    assertThat(parts.train().isClassification()).isFalse();
    double sum = 0;
    for (var part : List.of(parts.train(), parts.test())) {
      for (float v : part.all().y().toFloats()) {
        sum += v;
      }
    }
    assertThat(sum).isEqualTo(100.75);
  }

  @Test
  void columnsCanBeDroppedAndDeclared() {
    var table = csv("id,zip,x,y\nq1,10,1,a\nq2,20,2,b\nq3,10,3,a\nq4,20,4,b\n");
    var prep = (TablePrep) table.drop("id").categorical("zip").split(0.5, SEED).preprocessing();
    assertThat(prep.features()).containsExactly("zip=10", "zip=20", "x");
    assertThatThrownBy(() -> table.numeric("id").split(0.5, SEED))
        .hasMessageContaining("t.csv, line 2, column 'id': 'q1' is not a number");
    assertThatThrownBy(() -> table.target("y").drop("y").split(0.5, SEED))
        .hasMessageContaining("'y' is dropped");
    assertThatThrownBy(() -> table.drop("id", "zip", "x").split(0.5, SEED))
        .hasMessageContaining("no column is left");
    assertThatThrownBy(() -> table.target("yy")).hasMessageContaining("Did you mean 'y'?");
    assertThatThrownBy(() -> table.drop("price")).hasMessageContaining("There are: id, zip, x, y.");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void findsTheSeparator(String separator) {
    var table = csv("a,b c,y\n1,\"x\",u\n2,z,v\n".replace(",", separator));
    assertThat(table.columns()).containsExactly("a", "b c", "y");
    assertThat(table.rows()).isEqualTo(2);
  }

  @Test
  void readsWhatSpreadsheetsWrite() {
    var table = csv("\uFEFF\"na,me\",\"b\"\"q\",\r\n\"x\ny\", 1 ,u\r\n\r\nz,2,v\r\n");
    assertThat(table.columns()).containsExactly("na,me", "b\"q", "column3");
    assertThat(table.rows()).isEqualTo(2);
    var prep = (TablePrep) table.split(0.5, SEED).preprocessing();
    assertThat(prep.features()).containsExactly("na,me=x\ny", "na,me=z", "b\"q");
  }

  @Test
  void saysOnWhichLineARowIsRagged() {
    refused("a,b,y\n1,2,u\n\n3,4\n", "t.csv, line 4: 2 values, but there are 3 columns");
    refused("a,y\n1,u\n\"2\n3\",v\n4,5,6\n", "line 5: 3 values");
  }

  @Test
  void saysOnWhichLineANumberIsNotFinite() {
    refused("a,y\n1,u\n2,v\nNaN,u\n", "line 4", "'a'", "'NaN' is not a finite number");
    refused("a,y\n1,u\n-inf,v\n2,u\n", "line 3", "'-inf'");
    refused("a,y\n1,u\n1e39,v\n2,u\n", "line 3", "too large");
    refused("a,y\n1,0.5\n2,∞\n", "line 3", "column 'y'", "not a finite number");
  }

  @Test
  void aTypingErrorAmongNumbersIsNoCategory() {
    var text = new StringBuilder("age,y\n");
    for (int i = 0; i < 100; i++) {
      text.append(i == 41 ? "4I" : "" + i).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    refused(
        text.toString(), "line 43", "column 'age'", "'4I' is not a number, but 99 other values");
  }

  @Test
  void identifiersAreNoCategories() {
    var text = new StringBuilder("name,y\n");
    for (int i = 0; i < 1001; i++) {
      text.append("n").append(i).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    refused(text.toString(), "'name' holds 1001 different texts", "drop the column");
  }

  @Test
  void refusesTablesThatCannotBeLearnedFrom() {
    refused("a,y\n", "no row of data");
    refused("a,a,y\n1,2,u\n", "t.csv, line 1: two columns are called 'a'");
    refused("a\n1\n", "1 column");
    refused("5.1,3.5,setosa\n4.9,3.0,setosa\n", "add a header line");
    refused("a,y\n1,u\n2,u\n", "all 2 rows have 'u'", "only one class");
    refused("a,y\n1,u\n2,\n3,v\n", "line 3", "no value in the target column 'y' (1 such rows)");
    refused("a,y\n1,u\n", "there is only one class");
    refused("a,y\n1,1.5\n", "at least 2");
    refused("a,y\n\"1,u\n2,v\n", "t.csv");
    assertThatThrownBy(() -> csv("")).isInstanceOf(DataException.class);
    var latin = new Input("l.csv", "a,y\n1,ok\n2,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Csv.read(latin)).hasMessageContaining("l.csv, line 3: not UTF-8");
    var packed = new Input("p.csv.gz", IdxTest.gzip("a,y\n".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> Csv.read(packed)).hasMessageContaining("gunzip p.csv.gz");
  }

  @Test
  void columnsWithoutContentAreConstant() {
    var parts = csv("e,k,y\n,7,u\n,7,v\n,7,u\n,7,v\n").split(0.5, SEED);
    assertThat(parts.train().all().x().toFloats()).containsOnly(0f);
  }

  @Test
  void threePartsAreDisjointAndFittedOnTheFirst() {
    var text = new StringBuilder("x,y\n");
    for (int i = 0; i < 100; i++) {
      text.append(i).append(i % 4 == 0 ? ",a\n" : ",b\n");
    }
    var parts = csv(text.toString()).split(0.6, 0.2, SEED);
    assertThat(parts.train().classCounts()).containsExactly(15, 45);
    assertThat(parts.validation().classCounts()).containsExactly(5, 15);
    assertThat(parts.test().classCounts()).containsExactly(5, 15);
    var column = ((TablePrep) parts.preprocessing()).columns().getFirst();
    var seen = new HashMap<Long, Integer>();
    for (var part : List.of(parts.train(), parts.validation(), parts.test())) {
      for (float v : part.all().x().toFloats()) {
        seen.merge(Math.round(v * column.std() + column.mean()), 1, Integer::sum);
      }
    }
    assertThat(seen).hasSize(100).allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
    double mean = 0;
    for (float v : parts.train().all().x().toFloats()) {
      mean += v / 60;
    }
    assertThat(mean).isCloseTo(0, within(1e-6));
    assertThatThrownBy(() -> csv(text.toString()).split(0.6, 0.4, SEED))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> csv(text.toString()).split(0.9, -0.1, SEED))
        .isInstanceOf(DataException.class);
  }

  @Test
  void usersRowsAreEncodedAsTheTableWas() {
    var parts =
        csv("age,home,ok\n20,own,yes\n30,rent,no\n40,own,yes\n50,free,no\n").split(0.5, SEED);
    var prep = (TablePrep) parts.preprocessing();
    var age = prep.columns().getFirst();
    float[] out = prep.encode(Map.of("age", " 35 ", "home", "rent", "ok", "ignored"));
    assertThat(out).containsExactly((float) ((35 - age.mean()) / age.std()), 0, 0, 1);
    assertThat(prep.encode(new String[] {"home", "age"}, new String[] {"rent", "35"}))
        .containsExactly(out);
    assertThatThrownBy(() -> prep.encode(Map.of("home", "rant")))
        .hasMessageContaining("column 'home' knows no 'rant'. Did you mean 'rent'?");
    assertThatThrownBy(() -> prep.encode(Map.of("Age ", "3")))
        .hasMessageContaining("no column 'Age '. Did you mean 'age'?");
    assertThatThrownBy(() -> prep.encode(Map.of("age", "old")))
        .hasMessageContaining("column 'age': 'old' is not a number");
    assertThatThrownBy(() -> prep.encode(Map.of("age", "1e39"))).hasMessageContaining("too large");
    assertThatThrownBy(() -> prep.encode(new String[] {"age"}, new String[0]))
        .hasMessageContaining("names 1 columns, but the row has 0");
    assertThatThrownBy(() -> prep.encode(new String[] {"age", "age"}, new String[] {"1", "2"}))
        .hasMessageContaining("two columns are called 'age'");
  }

  @Test
  void goesThroughJson() {
    var prep = (TablePrep) Credit.load().preprocessing();
    var json = JsonMapper.shared();
    assertThat(json.readValue(json.writeValueAsString(prep), TablePrep.class)).isEqualTo(prep);
  }
}
