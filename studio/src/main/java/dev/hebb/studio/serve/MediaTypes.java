package dev.hebb.studio.serve;

import dev.hebb.train.data.ImagePrep;
import java.util.List;

/** The forms in which examples are sent and answers given. */
final class MediaTypes {
  static final String JSON = "application/json";
  static final String NPY = "application/x-npy";

  /** What {@link dev.hebb.train.data.Images} reads. */
  static final List<String> PICTURES = List.of("image/png", "image/jpeg", "image/bmp", "image/gif");

  private MediaTypes() {}

  /** The media types of a body for a model. */
  static List<String> accepted(Signature signature) {
    return signature.preprocessing() instanceof ImagePrep
        ? java.util.stream.Stream.concat(java.util.stream.Stream.of(JSON, NPY), PICTURES.stream())
            .toList()
        : List.of(JSON, NPY);
  }
}
