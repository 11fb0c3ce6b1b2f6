package dev.hebb.conformance;

import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.LayerSpec;
import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All names that Hebb has for the things of its field, found in the code, and the tests that prove
 * them, as the files {@code registry/SECTION.txt} say: a line {@code NAME ItsTest}, or {@code NAME
 * - why there is none}; the name {@code *} stands for all that have no line.
 */
final class Vocabulary {
  private Vocabulary() {}

  /**
   * Things of one kind.
   *
   * @param name the name of its registry
   * @param title its heading
   * @param items what the code says of each
   */
  record Section(String name, String title, Map<String, String> items) {
    /** The test for each name, or a reason that begins with a dash. */
    Map<String, String> proofs() {
      Map<String, String> proofs = new TreeMap<>();
      registry()
          .forEach(line -> {
            String[] parts = line.split(" ", 2);
            if (parts.length < 2 || proofs.put(parts[0], parts[1].strip()) != null) {
              throw new AssertionError(file() + ": a second or incomplete line: " + line);
            }
          });
      String rest = proofs.remove("*");
      if (rest != null) {
        items.keySet().forEach(name -> proofs.putIfAbsent(name, rest));
      }
      return proofs;
    }

    String file() {
      return "conformance/src/test/resources/registry/" + name + ".txt";
    }

    private Stream<String> registry() {
      return Sources.text(Sources.ROOT.resolve(file()))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** The whole vocabulary. */
  static List<Section> sections() {
    return List.of(
        new Section("activations", "Activation functions", activations()),
        new Section("curves", "Activation functions with a number p", curves()),
        new Section("losses", "Losses", losses()),
        new Section("layers", "Layers", layers()),
        new Section("optimizers", "Optimisers", optimizers()),
        new Section("schedules", "Schedules of the learning rate", methods(Schedule.class)),
        new Section("initializers", "Initial weights", methods(Init.class)),
        new Section("classics", "Classic models", classics()),
        new Section("networks", "Networks", networks()));
  }

  private static Map<String, String> activations() {
    Map<String, String> items = new TreeMap<>();
    Path file = Sources.of(Activation.class, "core");
    for (Activation f : Activation.values()) {
      String about = Sources.aboutConstant(file, f.name());
      items.put(f.name(), formula(f.formula()) + " · " + about);
    }
    return items;
  }

  private static Map<String, String> curves() {
    Map<String, String> items = new TreeMap<>();
    Path file = Sources.of(Curve.class, "core");
    for (Curve f : Curve.values()) {
      items.put(f.name(), formula(f.formula()) + " · " + Sources.aboutConstant(file, f.name()));
    }
    return items;
  }

  private static String formula(String f) {
    return "`" + f.replace("|", "\\|") + "`";
  }

  private static Map<String, String> losses() {
    Map<String, String> items = new TreeMap<>();
    for (Method m : Losses.class.getDeclaredMethods()) {
      if (Modifier.isPublic(m.getModifiers()) && Loss.class.isAssignableFrom(m.getReturnType())) {
        items.put(m.getName(), Sources.aboutClass(Sources.of(m.getReturnType(), "nn")));
      }
    }
    return items;
  }

  private static Map<String, String> layers() {
    Map<String, String> items = new TreeMap<>();
    for (Class<?> type : builtIn()) {
      items.put(type.getSimpleName(), Sources.aboutClass(Sources.of(type, "nn")));
    }
    return items;
  }

  @SuppressWarnings("unchecked") // the list's declared type
  private static List<Class<? extends Layer>> builtIn() {
    try {
      var field = LayerSpec.class.getDeclaredField("BUILT_IN");
      field.setAccessible(true);
      return (List<Class<? extends Layer>>) Objects.requireNonNull(field.get(null));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Every rule in the package, and L-BFGS, which is none because it asks for losses itself. */
  private static Map<String, String> optimizers() {
    Map<String, String> items = new TreeMap<>();
    for (Path file : Sources.ofPackage("optim")) {
      String name = Sources.name(file);
      boolean isRule = Sources.text(file).matches("(?s).*\\bimplements (Tuned<|Optimizer\\b).*");
      if (isRule || name.equals("Lbfgs")) {
        items.put(name, Sources.aboutClass(file));
      }
    }
    return items;
  }

  /** The static methods of an interface that make one of its kind. */
  private static Map<String, String> methods(Class<?> type) {
    Map<String, String> items = new TreeMap<>();
    Arrays.stream(type.getDeclaredMethods())
        .filter(m -> Modifier.isStatic(m.getModifiers()) && Modifier.isPublic(m.getModifiers()))
        .filter(m -> m.getReturnType() == type)
        .forEach(
            m -> items.put(m.getName(), Sources.aboutMethod(Sources.of(type, "nn"), m.getName())));
    return items;
  }

  private static Map<String, String> classics() {
    Map<String, String> items = new TreeMap<>();
    for (Path file : Sources.ofPackage("classic")) {
      if (Sources.text(file).contains("\npublic ")) {
        items.put(Sources.name(file), Sources.aboutClass(file));
      }
    }
    return items;
  }

  private static Map<String, String> networks() {
    Map<String, String> items = new TreeMap<>();
    for (Zoo.Entry entry : Zoo.entries()) {
      items.put(entry.name(), entry.description() + " (" + entry.paper() + ")");
    }
    return items;
  }

  /** The page for readers. */
  static String markdown() {
    var page =
        new StringBuilder(
            """
            # Vocabulary

            What Hebb has, and the test that proves it. Tests of the module `conformance` compare with PyTorch's \
            numbers. This page is generated from the code and from `conformance/src/test/resources/registry`:
            `%s`

            Three ways in: [by the field's terms](#by-the-fields-terms), by Hebb's own names \
            (from [activation functions](#activation-functions) to [networks](#networks)), and \
            [by the rows of the lecture](#by-the-rows-of-the-lecture).
            """
                .formatted(REFRESH));
    page.append("\n## By the field's terms\n").append(Terms.markdown());
    for (Section section : sections()) {
      page.append("\n## ")
          .append(section.title())
          .append("\n\n| | what | proof |\n|---|---|---|\n");
      Map<String, String> proofs = section.proofs();
      section
          .items()
          .forEach((name, what) ->
              page.append("| `%s` | %s | %s |\n".formatted(name, what, proof(proofs, name))));
    }
    page.append("\n## By the rows of the lecture\n").append(Lecture.markdown());
    return page.toString();
  }

  /** What writes the page anew. */
  static final String REFRESH =
      "mvn -pl conformance -am test -Dtest=VocabularyTest -Dhebb.write=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  private static String proof(Map<String, String> proofs, String name) {
    String proof = proofs.getOrDefault(name, "");
    return proof.startsWith("-") ? proof.substring(1).strip() : "`" + proof + "`";
  }
}
