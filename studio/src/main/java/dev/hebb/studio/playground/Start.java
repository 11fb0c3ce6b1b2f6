package dev.hebb.studio.playground;

import dev.hebb.nn.Init;

/** How weights begin; biases begin at 0. */
enum Start {
  HE("heNormal()", Init.heNormal()),
  GLOROT("glorotUniform()", Init.glorotUniform()),
  /** The lecture's U(−1/√n, 1/√n). */
  UNIFORM("uniform()", Init.uniform()),
  NORMAL("normal(1)", Init.normal(1)),
  ZEROS("zeros()", Init.zeros());

  private final String code;
  private final Init init;

  Start(String code, Init init) {
    this.code = code;
    this.init = init;
  }

  Init init() {
    return init;
  }

  /** The rule as Java. */
  String code() {
    return "Init." + code;
  }
}
