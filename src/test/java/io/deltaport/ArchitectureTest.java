package io.deltaport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Imports point downwards only: docs/ARCHITECTURE.md draws the levels that this test holds. */
@AnalyzeClasses(packages = "io.deltaport", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] PLAIN = {
    "..util..",
    "..oci..",
    "..tar..",
    "..deflate..",
    "..ostree..",
    "..composefs..",
    "..sign..",
    "..selinux..",
    "..store..",
    "..layer..",
    "..delta.."
  };

  @ArchTest
  static final ArchRule levels =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("0 util")
          .definedBy("io.deltaport.util..")
          .layer("1 encodings")
          .definedBy("io.deltaport.oci..", "io.deltaport.tar..", "io.deltaport.deflate..")
          .layer("2 stores")
          .definedBy(
              "io.deltaport.ostree..",
              "io.deltaport.composefs..",
              "io.deltaport.sign..",
              "io.deltaport.selinux..",
              "io.deltaport.store..")
          .layer("3 engines")
          .definedBy("io.deltaport.layer..", "io.deltaport.delta..")
          .layer("4 records")
          .definedBy("io.deltaport.meta..", "io.deltaport.job..")
          .layer("5 use cases")
          .definedBy("io.deltaport.image..")
          .layer("5 HTTP")
          .definedBy("io.deltaport.http..")
          .layer("6 adapters")
          .definedBy(
              "io.deltaport.registry..",
              "io.deltaport.remote..",
              "io.deltaport.api..",
              "io.deltaport.web..",
              "io.deltaport.cli..")
          .layer("7 wiring")
          .definedBy("io.deltaport.wiring..")
          .whereLayer("7 wiring")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("6 adapters")
          .mayOnlyBeAccessedByLayers("7 wiring")
          .whereLayer("5 HTTP")
          .mayOnlyBeAccessedByLayers("6 adapters", "7 wiring")
          .whereLayer("5 use cases")
          .mayOnlyBeAccessedByLayers("6 adapters", "7 wiring")
          .whereLayer("4 records")
          .mayOnlyBeAccessedByLayers("5 use cases", "6 adapters", "7 wiring")
          .whereLayer("3 engines")
          .mayOnlyBeAccessedByLayers("4 records", "5 use cases", "6 adapters", "7 wiring")
          .whereLayer("2 stores")
          .mayOnlyBeAccessedByLayers(
              "3 engines", "4 records", "5 use cases", "6 adapters", "7 wiring")
          .whereLayer("1 encodings")
          .mayOnlyBeAccessedByLayers(
              "2 stores", "3 engines", "4 records", "5 use cases", "6 adapters", "7 wiring");

  @ArchTest
  static final ArchRule everythingHasALevel =
      classes()
          .should()
          .resideInAnyPackage(
              "io.deltaport.util..",
              "io.deltaport.oci..",
              "io.deltaport.tar..",
              "io.deltaport.deflate..",
              "io.deltaport.ostree..",
              "io.deltaport.composefs..",
              "io.deltaport.sign..",
              "io.deltaport.selinux..",
              "io.deltaport.store..",
              "io.deltaport.layer..",
              "io.deltaport.delta..",
              "io.deltaport.meta..",
              "io.deltaport.job..",
              "io.deltaport.image..",
              "io.deltaport.http..",
              "io.deltaport.registry..",
              "io.deltaport.remote..",
              "io.deltaport.api..",
              "io.deltaport.web..",
              "io.deltaport.cli..",
              "io.deltaport.wiring..");

  @ArchTest
  static final ArchRule formatsAndEnginesKnowNoFramework =
      noClasses()
          .that()
          .resideInAnyPackage(PLAIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta..", "io.quarkus..", "io.vertx..", "io.smallrye..", "org.hibernate..");

  /** A query in HQL is parsed on the event loop, for seconds when the server has just started. */
  @ArchTest
  static final ArchRule queriesAreSql =
      noClasses()
          .should()
          .callMethodWhere(
              JavaCall.Predicates.target(
                  HasName.Predicates.nameMatching("create(Selection|Mutation|Named)?Query")));

  @ArchTest
  static final ArchRule adaptersDoNotKnowEachOther =
      SlicesRuleDefinition.slices()
          .matching("io.deltaport.(registry|remote|api|web|cli)..")
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule adaptersGoThroughTheStore =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.deltaport.registry..",
              "io.deltaport.remote..",
              "io.deltaport.api..",
              "io.deltaport.web..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.deltaport.store.driver..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      SlicesRuleDefinition.slices().matching("io.deltaport.(*)..").should().beFreeOfCycles();
}
