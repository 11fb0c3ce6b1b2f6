package dev.hebb.nn;

import dev.hebb.nn.layer.Activate;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.AdaptivePool;
import dev.hebb.nn.layer.AlphaDropout;
import dev.hebb.nn.layer.AvgPool;
import dev.hebb.nn.layer.BatchNorm;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.ChannelDropout;
import dev.hebb.nn.layer.Checkpointed;
import dev.hebb.nn.layer.Concat;
import dev.hebb.nn.layer.Conv1d;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Conv3d;
import dev.hebb.nn.layer.ConvTranspose1d;
import dev.hebb.nn.layer.ConvTranspose2d;
import dev.hebb.nn.layer.ConvTranspose3d;
import dev.hebb.nn.layer.Curved;
import dev.hebb.nn.layer.Dense;
import dev.hebb.nn.layer.DepthwiseConv2d;
import dev.hebb.nn.layer.DropPath;
import dev.hebb.nn.layer.Dropout;
import dev.hebb.nn.layer.Embedding;
import dev.hebb.nn.layer.EncoderDecoder;
import dev.hebb.nn.layer.Flatten;
import dev.hebb.nn.layer.GaussianDropout;
import dev.hebb.nn.layer.GaussianNoise;
import dev.hebb.nn.layer.GlobalAveragePool;
import dev.hebb.nn.layer.GlobalMaxPool;
import dev.hebb.nn.layer.Glu;
import dev.hebb.nn.layer.GroupNorm;
import dev.hebb.nn.layer.Gru;
import dev.hebb.nn.layer.Lambda;
import dev.hebb.nn.layer.LayerNorm;
import dev.hebb.nn.layer.LpPool;
import dev.hebb.nn.layer.Lstm;
import dev.hebb.nn.layer.MaxPool;
import dev.hebb.nn.layer.Maxout;
import dev.hebb.nn.layer.Merge;
import dev.hebb.nn.layer.MultiHeadAttention;
import dev.hebb.nn.layer.Named;
import dev.hebb.nn.layer.PRelu;
import dev.hebb.nn.layer.Pad;
import dev.hebb.nn.layer.PartialConv2d;
import dev.hebb.nn.layer.Permute;
import dev.hebb.nn.layer.PixelShuffle;
import dev.hebb.nn.layer.Pool1d;
import dev.hebb.nn.layer.Pool3d;
import dev.hebb.nn.layer.Positions;
import dev.hebb.nn.layer.RRelu;
import dev.hebb.nn.layer.RadialBasis;
import dev.hebb.nn.layer.Repeat;
import dev.hebb.nn.layer.Reshape;
import dev.hebb.nn.layer.Residual;
import dev.hebb.nn.layer.RmsNorm;
import dev.hebb.nn.layer.Rnn;
import dev.hebb.nn.layer.Sampling;
import dev.hebb.nn.layer.ScaledPool;
import dev.hebb.nn.layer.SeparableConv2d;
import dev.hebb.nn.layer.SequencePool;
import dev.hebb.nn.layer.Skip;
import dev.hebb.nn.layer.Softmax;
import dev.hebb.nn.layer.SqueezeExcite;
import dev.hebb.nn.layer.Subsample;
import dev.hebb.nn.layer.TiedEmbedding;
import dev.hebb.nn.layer.TimeDistributed;
import dev.hebb.nn.layer.TransformerBlock;
import dev.hebb.nn.layer.Upsample;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Layers as plain data (maps, lists, strings, numbers, truth values) and back, for files.
 *
 * <p>A record becomes a map of its components; a layer's also has {@code "type"}, its simple name.
 * A component may be an int, long, double, boolean, String, enum, {@link Shape}, another record, a
 * sealed interface of records, a layer, or a list of these. No class is ever looked up by a name
 * from the data: names are compared with Hebb's own layers and with those that the caller passes.
 */
public final class LayerSpec {
  private static final String TYPE = "type";

  /** Hebb's own layers. */
  private static final List<Class<? extends Layer>> BUILT_IN =
      List.of(
          Activate.class,
          Activated.class,
          AdaptivePool.class,
          AlphaDropout.class,
          AvgPool.class,
          BatchNorm.class,
          Chain.class,
          ChannelDropout.class,
          Checkpointed.class,
          Concat.class,
          Conv1d.class,
          Conv2d.class,
          Conv3d.class,
          ConvTranspose1d.class,
          ConvTranspose2d.class,
          ConvTranspose3d.class,
          Curved.class,
          Dense.class,
          DepthwiseConv2d.class,
          DropPath.class,
          Dropout.class,
          Embedding.class,
          EncoderDecoder.class,
          Flatten.class,
          GaussianDropout.class,
          GaussianNoise.class,
          GlobalAveragePool.class,
          GlobalMaxPool.class,
          Glu.class,
          GroupNorm.class,
          Gru.class,
          LayerNorm.class,
          LpPool.class,
          Lstm.class,
          MaxPool.class,
          Maxout.class,
          Merge.class,
          MultiHeadAttention.class,
          Named.class,
          PRelu.class,
          Pad.class,
          PartialConv2d.class,
          Permute.class,
          PixelShuffle.class,
          Pool1d.class,
          Pool3d.class,
          Positions.class,
          RRelu.class,
          RadialBasis.class,
          Repeat.class,
          Reshape.class,
          Residual.class,
          RmsNorm.class,
          Rnn.class,
          Sampling.class,
          ScaledPool.class,
          SeparableConv2d.class,
          SequencePool.class,
          Skip.class,
          Softmax.class,
          SqueezeExcite.class,
          Subsample.class,
          TiedEmbedding.class,
          TimeDistributed.class,
          TransformerBlock.class,
          Upsample.class);

  private LayerSpec() {}

  /**
   * A layer as data.
   *
   * @throws HebbException if it, or a layer inside it, is not a record of such components
   */
  @SuppressWarnings("unchecked") // a record is described by a map
  public static Map<String, Object> describe(Layer layer) {
    return (Map<String, Object>) toData(layer, "layer");
  }

  /**
   * A layer from data.
   *
   * @param data what {@link #describe} gave, also after a journey through JSON
   * @param own layer classes other than Hebb's own that may occur
   * @throws HebbException if the data do not describe a layer, or one of an unknown type
   */
  public static Layer restore(
      Map<String, ?> data, Collection<? extends Class<? extends Layer>> own) {
    Map<String, Class<? extends Layer>> known = new LinkedHashMap<>();
    BUILT_IN.forEach(c -> known.put(c.getSimpleName(), c));
    ServiceLoader.load(LayerTypes.class)
        .forEach(l -> l.types().forEach(c -> known.put(c.getSimpleName(), c)));
    for (Class<? extends Layer> c : own) {
      Class<?> other = known.putIfAbsent(c.getSimpleName(), c);
      if (other != null && other != c) {
        throw new HebbException(
            "two layer classes are called %s: %s and %s; rename one"
                .formatted(c.getSimpleName(), other.getName(), c.getName()));
      }
    }
    return (Layer) new Reader(known).read(data, Layer.class, "layer");
  }

  // ---- to data

  private static Object toData(Object value, String where) {
    return switch (value) {
      case String s -> s;
      case Boolean b -> b;
      case Integer i -> i;
      case Long l -> l;
      case Double d -> d;
      case Enum<?> e -> e.name();
      case Shape s -> shapeData(s);
      case List<?> list -> {
        List<Object> items = new ArrayList<>();
        for (Object item : list) {
          items.add(toData(item, where + "[" + items.size() + "]"));
        }
        yield items;
      }
      case Lambda l ->
          throw new HebbException(
              "%s, the lambda '%s', is code, which cannot be saved; make it a record that implements Layer"
                  .formatted(where, l.name()));
      case Record r -> recordData(r, where);
      default ->
          throw new HebbException(
              ("%s is a %s, which cannot be saved; a layer must be a record of numbers,"
                      + " truth values, texts, enums, shapes, records, layers, or lists of them")
                  .formatted(where, value.getClass().getSimpleName()));
    };
  }

  private static Map<String, Object> shapeData(Shape s) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("dims", Arrays.stream(s.dims()).boxed().toList());
    data.put("dtype", s.dtype().name());
    return data;
  }

  private static Map<String, Object> recordData(Record r, String where) {
    Map<String, Object> data = new LinkedHashMap<>();
    if (r instanceof Layer || sealedParent(r.getClass())) {
      data.put(TYPE, r.getClass().getSimpleName());
    }
    for (RecordComponent c : r.getClass().getRecordComponents()) {
      String name = where + " " + r.getClass().getSimpleName() + "." + c.getName();
      data.put(c.getName(), toData(component(r, c, name), name));
    }
    return data;
  }

  private static boolean sealedParent(Class<?> type) {
    return Stream.of(type.getInterfaces()).anyMatch(Class::isSealed);
  }

  private static Object component(Record r, RecordComponent c, String name) {
    try {
      var accessor = c.getAccessor();
      accessor.setAccessible(true);
      Object value = accessor.invoke(r);
      if (value == null) {
        throw new HebbException(name + " is null, which cannot be saved");
      }
      return value;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw e instanceof HebbException h ? h : closed(r.getClass(), e);
    }
  }

  private static HebbException closed(Class<?> type, Exception e) {
    return new HebbException(
        "%s cannot be reached; make it public, or let its module open %s to dev.hebb.nn"
            .formatted(type.getName(), type.getPackageName()),
        e);
  }

  // ---- from data

  /** Reads values of known types. */
  private record Reader(Map<String, Class<? extends Layer>> layers) {
    Object read(@Nullable Object data, Type type, String where) {
      if (type instanceof ParameterizedType p && p.getRawType() == List.class) {
        List<Object> items = new ArrayList<>();
        for (Object item : as(List.class, data, where)) {
          items.add(read(item, p.getActualTypeArguments()[0], where + "[" + items.size() + "]"));
        }
        return List.copyOf(items);
      }
      if (!(type instanceof Class<?> c)) {
        throw new HebbException(where + ": components of type " + type + " cannot be restored");
      }
      if (c == String.class) {
        return as(String.class, data, where);
      } else if (c == boolean.class || c == Boolean.class) {
        return as(Boolean.class, data, where);
      } else if (c == int.class || c == Integer.class) {
        return (int) whole(data, Integer.MIN_VALUE, Integer.MAX_VALUE, where);
      } else if (c == long.class || c == Long.class) {
        return whole(data, Long.MIN_VALUE, Long.MAX_VALUE, where);
      } else if (c == double.class || c == Double.class) {
        return as(Number.class, data, where).doubleValue();
      } else if (c.isEnum()) {
        return constant(c, as(String.class, data, where), where);
      } else if (c == Shape.class) {
        return shape(as(Map.class, data, where), where);
      }
      Map<?, ?> map = as(Map.class, data, where);
      if (Layer.class.isAssignableFrom(c)) {
        return record(layer(as(String.class, map.get(TYPE), where + "." + TYPE), c), map, where);
      } else if (c.isSealed()) {
        return record(permitted(c, as(String.class, map.get(TYPE), where), where), map, where);
      }
      return record(c, map, where);
    }

    private Class<?> layer(String name, Class<?> wanted) {
      Class<? extends Layer> found = layers.get(name);
      if (found == null || !wanted.isAssignableFrom(found)) {
        throw new HebbException(
            ("the layer type %s is not known; if it is your own, pass its class:"
                    + " Net.load(file, %s.class)")
                .formatted(name, name));
      }
      return found;
    }

    private static Class<?> permitted(Class<?> sealed, String name, String where) {
      return Stream.of(sealed.getPermittedSubclasses())
          .filter(p -> p.getSimpleName().equals(name))
          .findFirst()
          .orElseThrow(
              () -> new HebbException(where + ": " + sealed.getSimpleName() + " has no " + name));
    }

    private Object record(Class<?> type, Map<?, ?> map, String where) {
      RecordComponent[] components = type.getRecordComponents();
      if (components == null) {
        throw new HebbException(where + ": " + type.getSimpleName() + " is not a record");
      }
      List<String> names = Stream.of(components).map(RecordComponent::getName).toList();
      for (Object key : map.keySet()) {
        if (!names.contains(key) && !key.equals(TYPE)) {
          throw new HebbException(
              "%s: %s has no \"%s\"; it has %s".formatted(where, type.getSimpleName(), key, names));
        }
      }
      Object[] values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        String inner = where + " " + type.getSimpleName() + "." + names.get(i);
        values[i] = read(map.get(names.get(i)), components[i].getGenericType(), inner);
      }
      return construct(type, components, values);
    }

    private static Object construct(Class<?> type, RecordComponent[] components, Object[] values) {
      Class<?>[] types =
          Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
      } catch (InvocationTargetException e) {
        throw e.getCause() instanceof HebbException h ? h : closed(type, e);
      } catch (ReflectiveOperationException | RuntimeException e) {
        throw closed(type, e);
      }
    }

    private static Object constant(Class<?> type, String name, String where) {
      for (Object c : type.getEnumConstants()) {
        if (((Enum<?>) c).name().equals(name)) {
          return c;
        }
      }
      throw new HebbException(
          "%s: there is no %s %s; there are %s"
              .formatted(
                  where,
                  type.getSimpleName(),
                  name,
                  Stream.of(type.getEnumConstants())
                      .map(Object::toString)
                      .collect(Collectors.joining(", "))));
    }

    private static Shape shape(Map<?, ?> map, String where) {
      int[] dims =
          ((List<?>) as(List.class, map.get("dims"), where + ".dims"))
              .stream().mapToInt(d -> (int) whole(d, 0, Integer.MAX_VALUE, where)).toArray();
      String dtype = as(String.class, map.get("dtype"), where + ".dtype");
      return Shape.of((DType) constant(DType.class, dtype, where), dims);
    }

    private static long whole(@Nullable Object data, long least, long most, String where) {
      Number n = as(Number.class, data, where);
      long v = n.longValue();
      if (v != n.doubleValue() || v < least || v > most) {
        throw new HebbException(where + " must be a whole number, not " + n);
      }
      return v;
    }

    private static <T> T as(Class<T> type, @Nullable Object data, String where) {
      if (!type.isInstance(data)) {
        throw new HebbException(
            where
                + (data == null
                    ? " is missing"
                    : " must be a " + type.getSimpleName() + ", not " + data));
      }
      return type.cast(data);
    }
  }
}
