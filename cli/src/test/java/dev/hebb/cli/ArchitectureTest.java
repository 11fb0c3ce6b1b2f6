package dev.hebb.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may depend on what, and other rules of the house that can be read off the classes. */
class ArchitectureTest {
  private static final String[] CORE = {
    "dev.hebb.tensor..",
    "dev.hebb.op..",
    "dev.hebb.grad..",
    "dev.hebb.ir..",
    "dev.hebb.compile..",
    "dev.hebb.runtime.."
  };
  private static final String[] NN = {"dev.hebb.nn.."};
  private static final String[] TRAIN = {"dev.hebb.train.."};
  private static final String[] LESSONS = {"dev.hebb.lessons.."};
  private static final String[] BENCH = {"dev.hebb.bench.."};
  private static final String[] STUDIO = {"dev.hebb.studio.."};
  private static final String[] CLI = {"dev.hebb.cli.."};
  private static final String[] JDK = {"java..", "javax..", "jdk.incubator.vector.."};
  private static final String[] ANNOTATIONS = {"org.jspecify.annotations.."};

  private static JavaClasses hebb;

  @BeforeAll
  static void readClasses() {
    hebb =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hebb");
  }

  /** See the package's description: vectors of two lengths make all of them slow. */
  @Test
  void vectorsHaveOneShape() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("jdk.incubator.vector.VectorShape")
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "changes the shape of a vector",
                call ->
                    call.getTargetOwner().getPackageName().equals("jdk.incubator.vector")
                        && call.getName()
                            .matches("convertShape|reinterpretShape|castShape|withShape")))
        .check(hebb);
  }

  @Test
  void allModulesAreRead() {
    for (String[] module : new String[][] {CORE, NN, TRAIN, LESSONS, BENCH, STUDIO, CLI}) {
      assertThat(hebb.that(resideInAnyPackage(module))).as("classes of %s", module[0]).isNotEmpty();
    }
    classes()
        .should()
        .resideInAnyPackage(all(CORE, NN, TRAIN, LESSONS, BENCH, STUDIO, CLI))
        .check(hebb);
  }

  @Test
  void dependenciesFlowFromCliToCore() {
    none(CORE, all(NN, TRAIN, LESSONS, BENCH, STUDIO, CLI));
    none(NN, all(TRAIN, LESSONS, BENCH, STUDIO, CLI));
    none(TRAIN, all(LESSONS, BENCH, STUDIO, CLI));
    none(LESSONS, all(BENCH, STUDIO, CLI));
    none(BENCH, all(TRAIN, LESSONS, STUDIO, CLI));
    none(STUDIO, all(LESSONS, BENCH, CLI));
  }

  @Test
  void coreAndNnNeedNothingButTheJdk() {
    classes()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(all(CORE, JDK, ANNOTATIONS))
        .check(hebb);
    classes()
        .that()
        .resideInAnyPackage(NN)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(all(NN, CORE, JDK, ANNOTATIONS))
        .check(hebb);
  }

  /** The pipeline: operations know no compiler, gradients no graph, kernels no passes. */
  @ParameterizedTest
  @CsvSource({
    "op, ir",
    "op, compile",
    "op, runtime",
    "grad, ir",
    "grad, compile",
    "grad, runtime",
    "ir, grad",
    "ir, compile",
    "ir, runtime",
    "compile, grad",
    "runtime, grad",
    "runtime, compile"
  })
  void inCore(String user, String used) {
    none(new String[] {"dev.hebb." + user + ".."}, "dev.hebb." + used + "..");
  }

  /** And what measures the machine's limit beside them. */
  @Test
  void onlyTheKernelsUseTheVectorModule() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.hebb.runtime.simd", "dev.hebb.bench")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(hebb);
  }

  @Test
  void noPublicMethodThrowsCheckedExceptions() {
    codeUnits()
        .that(arePartOfTheApi())
        .should(throwNoCheckedExceptions())
        .check(hebb.that(resideInAnyPackage(all(CORE, NN, TRAIN, LESSONS, BENCH, STUDIO))));
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    classes().should(beInANullMarkedPackage()).check(hebb);
  }

  private static void none(String[] users, String... used) {
    noClasses()
        .that()
        .resideInAnyPackage(users)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(used)
        .check(hebb);
  }

  private static String[] all(String[]... packages) {
    return Stream.of(packages).flatMap(Stream::of).toArray(String[]::new);
  }

  private static DescribedPredicate<JavaCodeUnit> arePartOfTheApi() {
    return DescribedPredicate.describe(
        "are public or protected in public classes",
        unit ->
            (unit.getModifiers().contains(JavaModifier.PUBLIC)
                    || unit.getModifiers().contains(JavaModifier.PROTECTED))
                && isPublic(unit.getOwner()));
  }

  private static boolean isPublic(JavaClass c) {
    return c.getModifiers().contains(JavaModifier.PUBLIC)
        && c.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
  }

  private static ArchCondition<JavaCodeUnit> throwNoCheckedExceptions() {
    return new ArchCondition<>("throw no checked exceptions") {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        for (JavaClass thrown : unit.getExceptionTypes()) {
          boolean unchecked =
              thrown.isAssignableTo(RuntimeException.class) || thrown.isAssignableTo(Error.class);
          if (!unchecked) {
            events.add(
                SimpleConditionEvent.violated(
                    unit, unit.getFullName() + " throws " + thrown.getName()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a package with a @NullMarked package-info.java") {
      @Override
      public void check(JavaClass c, ConditionEvents events) {
        boolean marked =
            c.getPackage()
                .tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith(NullMarked.class))
                .orElse(false);
        if (!marked) {
          events.add(SimpleConditionEvent.violated(c, c.getName() + " is in no such package"));
        }
      }
    };
  }
}
