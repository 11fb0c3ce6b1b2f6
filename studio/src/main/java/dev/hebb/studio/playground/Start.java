package dev.hebb.studio.playground;

import dev.hebb.nn.Init;

/** How weights begin; biases begin at 0. */
enum Start {
  HE(Init.heNormal()),
  GLOROT(Init.glorotUniform()),
  /** The lecture's U(−1/√n, 1/√n). */
  UNIFORM(Init.uniform()),
  NORMAL(Init.normal(1)),
  ZEROS(Init.zeros());

  private final Init init;

  Start(Init init) {
    this.init = init;
  }

  Init init() {
    return init;
  }
}
