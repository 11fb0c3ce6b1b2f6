package dev.hebb.onnx.op;

import dev.hebb.onnx.OnnxException;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The operators by domain and name, and the reasons why some are missing. */
public final class Registry {
  /** The newest version of ai.onnx whose operators are known here. */
  public static final int NEWEST = 27;

  /** Until this version, broadcasting and some others were asked for by attributes. */
  private static final int OLD_RULES = 6;

  /** Attributes that stand for rules of before opset 7, which are not followed. */
  private static final Set<String> OLD =
      Set.of("broadcast", "is_test", "consumed_inputs", "paddings", "width_scale", "height_scale");

  private static final String MAIN = "ai.onnx";
  private static final String TRAINING = "ai.onnx.preview.training";

  private static final String SEQUENCES = "sequences and optional values are not tensors";
  private static final String TEXTS = "texts are not tensors";

  /** Why an operator is left out. */
  private static final Map<String, String> LEFT_OUT =
      Map.ofEntries(
          Map.entry("ConcatFromSequence", SEQUENCES),
          Map.entry("SequenceAt", SEQUENCES),
          Map.entry("SequenceConstruct", SEQUENCES),
          Map.entry("SequenceEmpty", SEQUENCES),
          Map.entry("SequenceErase", SEQUENCES),
          Map.entry("SequenceInsert", SEQUENCES),
          Map.entry("SequenceLength", SEQUENCES),
          Map.entry("SequenceMap", SEQUENCES),
          Map.entry("SplitToSequence", SEQUENCES),
          Map.entry("Optional", SEQUENCES),
          Map.entry("OptionalGetElement", SEQUENCES),
          Map.entry("OptionalHasElement", SEQUENCES),
          Map.entry("StringConcat", TEXTS),
          Map.entry("StringNormalizer", TEXTS),
          Map.entry("StringSplit", TEXTS),
          Map.entry("RegexFullMatch", TEXTS),
          Map.entry("TfIdfVectorizer", "n-grams are counted before a network, not in it"),
          Map.entry("ImageDecoder", "pictures are decoded before a network, not in it"));

  private static final Set<String> RANDOM =
      Set.of(
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Bernoulli",
          "Multinomial",
          "Dropout");

  private static final Map<String, Operator> OPERATORS = new TreeMap<>();

  static {
    Elementwise.register(Registry::main);
    Activations.register(Registry::main);
    Casts.register(Registry::main);
    Shaping.register(Registry::main);
    Slices.register(Registry::main);
    Indexing.register(Registry::main);
    Selection.register(Registry::main);
    Reductions.register(Registry::main);
    Products.register(Registry::main);
    Convolutions.register(Registry::main);
    Pooling.register(Registry::main);
    Regions.register(Registry::main);
    Normalisation.register(Registry::main);
    Recurrent.register(Registry::main);
    AttentionOps.register(Registry::main);
    Resizing.register(Registry::main);
    Sampling.register(Registry::main);
    Signals.register(Registry::main);
    Quantised.register(Registry::main);
    LossOps.register(Registry::main);
    Constants.register(Registry::main);
    Control.register(Registry::main);
    Training.register((name, op) -> OPERATORS.put(key(TRAINING, name), op));
  }

  /** Where a kin of operators puts its members. */
  @FunctionalInterface
  interface Entries {
    void add(String name, Operator operator);
  }

  private Registry() {}

  private static void main(String name, Operator operator) {
    if (OPERATORS.put(key(MAIN, name), operator) != null) {
      throw new IllegalStateException(name + " is registered twice");
    }
  }

  static String domain(String domain) {
    return domain.isEmpty() ? MAIN : domain;
  }

  static String key(String domain, String name) {
    return domain(domain) + ":" + name;
  }

  /** The operators that are known, as {@code domain:Name}. */
  public static Set<String> names() {
    return new TreeSet<>(OPERATORS.keySet());
  }

  /** The operators of ai.onnx that are left out, each with the reason. */
  public static Map<String, String> leftOut() {
    return new TreeMap<>(LEFT_OUT);
  }

  static Operator get(String key) {
    return Objects.requireNonNull(OPERATORS.get(key));
  }

  static boolean isRandom(Plan.Step s) {
    return RANDOM.contains(s.node().getOpType());
  }

  /** The version of each domain. */
  public static Map<String, Integer> opsets(Collection<OperatorSetIdProto> imports) {
    Map<String, Integer> versions = new HashMap<>();
    for (OperatorSetIdProto o : imports) {
      long v = o.getVersion();
      if (v != (int) v) {
        throw new OnnxException("operator set version " + v + " is out of range");
      }
      versions.merge(domain(o.getDomain()), (int) v, Math::max);
    }
    return versions;
  }

  /** Why a node cannot be computed, or null. */
  static @Nullable String problem(NodeProto n, @Nullable Integer version) {
    String domain = domain(n.getDomain());
    if (version == null) {
      return "the file imports no operator set of the domain \"%s\"".formatted(domain);
    }
    if (!OPERATORS.containsKey(key(domain, n.getOpType()))) {
      String reason = domain.equals(MAIN) ? LEFT_OUT.get(n.getOpType()) : null;
      return "the operator %s of \"%s\", opset %d, is not supported%s"
          .formatted(n.getOpType(), domain, version, reason == null ? "" : ": " + reason);
    }
    if (domain.equals(MAIN) && (version > NEWEST || version < 1)) {
      return "opset %d of \"%s\" is not supported: 1 to %d are".formatted(version, domain, NEWEST);
    }
    List<String> old =
        n.getAttributeList().stream().map(AttributeProto::getName).filter(OLD::contains).toList();
    if (domain.equals(MAIN) && version <= OLD_RULES && !old.isEmpty()) {
      return "attributes %s of opset %d are not supported; convert the model to opset 7 or newer"
          .formatted(old, version);
    }
    List<String> strings =
        n.getAttributeList().stream()
            .filter(a -> a.hasT() && a.getT().getDataType() == 8)
            .map(a -> a.getName())
            .toList();
    return strings.isEmpty()
        ? null
        : "attribute " + strings + " holds texts, which are not tensors";
  }
}
