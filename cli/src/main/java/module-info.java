/** The {@code hebb} command. */
module dev.hebb.cli {
  requires dev.hebb.bench;
  requires com.google.common; // ELK asks for it, but has no module descriptor to say so
  requires dev.hebb.lessons;
  requires dev.hebb.onnx;
  requires dev.hebb.studio;
  requires dev.hebb.tensorboard;
  requires dev.hebb.train;
  requires info.picocli;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires org.eclipse.elk.alg.layered;
  requires org.eclipse.elk.core;
  requires org.eclipse.elk.graph;
  requires org.eclipse.emf.common;
  requires org.eclipse.emf.ecore;
  requires xchart;
  requires static org.jspecify;

  opens dev.hebb.cli to
      info.picocli;
}
