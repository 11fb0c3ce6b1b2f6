/** The {@code hebb} command. */
module dev.hebb.cli {
  requires dev.hebb.bench;
  requires dev.hebb.lessons;
  requires dev.hebb.studio;
  requires dev.hebb.train;
  requires info.picocli;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires xchart;
  requires static org.jspecify;

  opens dev.hebb.cli to
      info.picocli;
}
