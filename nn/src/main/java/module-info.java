/** Layers and networks, losses, optimisers and metrics. */
module dev.hebb.nn {
  requires transitive dev.hebb.core;
  requires static org.jspecify;

  exports dev.hebb.nn;
  exports dev.hebb.nn.classic;
  exports dev.hebb.nn.layer;
  exports dev.hebb.nn.loss;
  exports dev.hebb.nn.optim;
  exports dev.hebb.nn.metric;
  exports dev.hebb.nn.weights;
  exports dev.hebb.nn.zoo;

  uses dev.hebb.nn.NetFormat;
}
